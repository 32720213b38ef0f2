package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.ScanEnd.Ending;
import dev.lockstep.storage.testing.FrameMaker;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A journal that is being written to, cut and compacted as fast as can be never looks damaged. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class JournalInspectionLiveTest {
    private static final int LOOKS = 60;
    /** So many that dozens of segments come and go while it is looked at. */
    private static final int FRAMES = 60_000;
    /** What compaction leaves: enough that segments are rolled, deleted and looked at all the time. */
    private static final int FRAMES_KEPT = 5000;

    @TempDir
    private Path directory;

    private final FrameMaker maker = new FrameMaker();
    private final AtomicLong appends = new AtomicLong();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private JournalFixture fixture;

    @BeforeEach
    void open() {
        fixture = new JournalFixture(directory, Disk.system(), JournalFixture.SMALL.withSegmentBytes(1 << 20)).open();
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        fixture.close();
    }

    private Future<Void> start(Callable<Void> work) {
        return threads.submit(work);
    }

    private Void runAgents() throws Exception {
        Agent preparer = fixture.agents().preparer();
        Agent flusher = fixture.agents().flusher();
        while (!stop.get()) {
            preparer.doWork();
            flusher.doWork();
        }
        return null;
    }

    private boolean append(int commandLength) {
        maker.next(1, commandLength);
        while (!fixture.journal().reserve(maker.length())) {
            if (stop.get()) {
                return false;
            }
            Thread.onSpinWait();
        }
        fixture.journal().append(maker.buffer(), 0, maker.length());
        appends.incrementAndGet();
        return true;
    }

    private Void appendAndCompact() {
        Journal journal = fixture.journal();
        for (int i = 0; !stop.get() && append(i * 31 % 900); i++) {
            if (i % 1000 == 0 && journal.appendedIndex() > FRAMES_KEPT) {
                journal.compactBelow(journal.appendedIndex() - FRAMES_KEPT);
            }
        }
        return null;
    }

    private Void appendAndCut() {
        Journal journal = fixture.journal();
        for (int i = 1; !stop.get() && append(i * 31 % 900); i++) {
            if (i % 1500 == 0 && !cutFrom(journal.appendedIndex() - 1200)) {
                return null;
            }
            if (i % 5000 == 0) {
                journal.compactBelow(journal.appendedIndex() - FRAMES_KEPT);
            }
        }
        return null;
    }

    private boolean cutFrom(long index) {
        FrameRef last;
        try (JournalReader reader = fixture.journal().newReader()) {
            assertThat(reader.seek(index - 1)).isEqualTo(ReadResult.FRAME);
            last = reader.frame().ref();
        }
        while (!fixture.journal().truncateFrom(index)) {
            if (stop.get()) {
                return false;
            }
            Thread.onSpinWait();
        }
        maker.after(last).term(last.term() + 1);
        return true;
    }

    @Test
    void neverWhileItIsAppendedToAndCompacted() throws Exception {
        Future<Void> agents = start(this::runAgents);
        Future<Void> writer = start(this::appendAndCompact);
        for (int i = 0; i < LOOKS || appends.get() < FRAMES; i++) {
            long appended = fixture.journal().appendedIndex();
            JournalInspection inspection = JournalInspection.of(directory);
            assertThat(inspection.damage()).as("look %s", i).isEmpty();
            assertThat(inspection.log().ending()).as("look %s", i).isNotEqualTo(Ending.BAD);
            assertThat(inspection.log().tip().index()).as("look %s", i).isGreaterThanOrEqualTo(appended);
        }
        stopAndCheck(agents, writer);
    }

    @Test
    void neverWhileItIsCut() throws Exception {
        Future<Void> agents = start(this::runAgents);
        Future<Void> writer = start(this::appendAndCut);
        for (int i = 0; i < LOOKS || appends.get() < FRAMES; i++) {
            assertThat(JournalInspection.of(directory).damage())
                    .as("look %s", i)
                    .isEmpty();
        }
        stopAndCheck(agents, writer);
    }

    private void stopAndCheck(Future<Void> agents, Future<Void> writer) throws Exception {
        stop.set(true);
        writer.get();
        agents.get();
        assertThat(JournalInspection.of(directory).log().tip())
                .isEqualTo(JournalScan.of(
                                new JournalDirectory(fixture.journalDirectory(), Disk.system()),
                                JournalFixture.IDENTITY,
                                ref -> true)
                        .tip());
    }
}
