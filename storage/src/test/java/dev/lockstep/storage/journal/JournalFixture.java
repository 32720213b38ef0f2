package dev.lockstep.storage.journal;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.ballot.MappedMarks;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.ballot.StartDecision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** A journal in a directory with its marks, opened the way a node does, its background work run by the test. */
public final class JournalFixture implements AutoCloseable {
    public static final Identity IDENTITY = new Identity(4711);
    public static final JournalSettings SMALL = new JournalSettings(512 << 10, 1L << 30, 0);
    public static final BootId BOOT = new BootId(1, 2);

    private final Path directory;
    private final Disk disk;
    private final JournalSettings settings;
    private Predicate<FrameRef> isCovered = ref -> true;
    private NanoClock clock = SystemNanoClock.INSTANCE;
    private MappedMarks marks;
    private JournalOpening opening;
    private StartDecision decision;
    private OpenJournal open;

    public JournalFixture(Path directory, Disk disk, JournalSettings settings) {
        this.directory = directory;
        this.disk = disk;
        this.settings = settings;
    }

    public JournalFixture(Path directory) {
        this(directory, Disk.system(), SMALL);
    }

    public JournalFixture covered(Predicate<FrameRef> covered) {
        isCovered = covered;
        return this;
    }

    public JournalFixture clock(NanoClock nanoClock) {
        clock = nanoClock;
        return this;
    }

    public JournalFixture open() {
        return open(BOOT);
    }

    public JournalFixture open(BootId boot) {
        scan(boot);
        open = opening.open(settings, IDENTITY, marks, decision, marks.sameBoot(), clock);
        if (!marks.sameBoot()) {
            marks.rebind(open.journal().appendedIndex(), 0);
        }
        return this;
    }

    /** Looks and decides, and goes no further. */
    public JournalFixture scan(BootId boot) {
        create(directory);
        marks = MappedMarks.open(directory, boot, disk);
        opening = JournalOpening.scan(directory.resolve("journal"), disk, IDENTITY, isCovered);
        decision = StartDecision.of(marks.sameBoot(), marks.promised(), opening.flushMark(), opening.end());
        return this;
    }

    private static void create(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public StartDecision decision() {
        return decision;
    }

    public JournalOpening opening() {
        return opening;
    }

    public Journal journal() {
        return open.journal();
    }

    public JournalAgents agents() {
        return open.agents();
    }

    public Marks marks() {
        return marks;
    }

    public Path journalDirectory() {
        return directory.resolve("journal");
    }

    /** Runs the background work until there is none. */
    public void settle() {
        try {
            int work;
            do {
                work = open.agents().preparer().doWork()
                        + open.agents().flusher().doWork();
            } while (work > 0 || (open.journal().space() == JournalSpace.PREPARING));
        } catch (Exception e) {
            throw e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (open != null) {
            open.journal().close();
        }
        if (marks != null) {
            marks.close();
        }
    }
}
