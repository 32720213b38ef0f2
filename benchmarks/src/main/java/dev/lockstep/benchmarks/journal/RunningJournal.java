package dev.lockstep.benchmarks.journal;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.ballot.MappedMarks;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalOpening;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.JournalSpace;
import dev.lockstep.storage.journal.OpenJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A journal as a node has it: opened by the steps of a start, its flusher and preparer at work on one thread in the
 * background. The thread that opens it is its writer, and closes it.
 */
final class RunningJournal implements AutoCloseable {
    static final Identity IDENTITY = new Identity(4711);
    static final Disk DISK = Disk.system();

    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(100);
    /** Longer than any force takes: the runner interrupts its thread after it, and that would close the files. */
    private static final int CLOSE_TIMEOUT_MS = 120_000;

    private final MappedMarks marks;
    private final Journal journal;
    private final AgentRunner background;
    private final long scanNs;

    private RunningJournal(MappedMarks marks, OpenJournal open, long scanNs) {
        this.marks = marks;
        this.scanNs = scanNs;
        this.journal = open.journal();
        this.background = new AgentRunner(
                new SleepingIdleStrategy(IDLE_NS),
                Throwable::printStackTrace,
                null,
                new CompositeAgent(open.agents().flusher(), open.agents().preparer()));
    }

    /**
     * @param directory the node's; what journal is there goes on
     * @param settings how the journal is laid out
     */
    static RunningJournal open(Path directory, JournalSettings settings) throws IOException {
        Files.createDirectories(directory);
        MappedMarks marks = MappedMarks.open(directory, BootId.current(), DISK);
        long scanStartNs = System.nanoTime();
        JournalOpening opening = scan(directory);
        long scanNs = System.nanoTime() - scanStartNs;
        StartDecision decision =
                StartDecision.of(marks.sameBoot(), marks.promised(), opening.flushMark(), opening.end());
        OpenJournal open =
                opening.open(settings, IDENTITY, marks, decision, marks.sameBoot(), SystemNanoClock.INSTANCE);
        if (!marks.sameBoot()) {
            marks.rebind(open.journal().appendedIndex(), 0);
        }
        RunningJournal running = new RunningJournal(marks, open, scanNs);
        AgentRunner.startOnThread(running.background);
        return running;
    }

    /** Reads and verifies the journal of a node's directory. */
    static JournalOpening scan(Path directory) {
        return JournalOpening.scan(directory.resolve("journal"), DISK, IDENTITY, ref -> true);
    }

    Journal journal() {
        return journal;
    }

    /** @return how much of the opening was the scan */
    long scanNs() {
        return scanNs;
    }

    /** Returns when the next segment is ready. */
    void awaitRoom() {
        while (journal.space() != JournalSpace.READY) {
            LockSupport.parkNanos(IDLE_NS);
        }
    }

    @Override
    public void close() {
        background.close(CLOSE_TIMEOUT_MS, null);
        journal.close();
        marks.close();
    }
}
