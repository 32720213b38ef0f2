package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Allocations;
import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.ReadResult;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.BusySpinIdleStrategy;

/** What a thread allocates while it appends, or reads, a million frames across rolls. */
final class AllocationPerFrame implements Measurement {
    private static final int COMMAND_BYTES = 100;
    private static final int WARM_UP_FRAMES = 500_000;
    private static final int FRAMES = 1_000_000;

    @Override
    public void run(Path directory, Effort effort, Results results) throws IOException {
        try (RunningJournal running = RunningJournal.open(directory, JournalSettings.DEFAULT)) {
            FrameAppender appender = new FrameAppender(running.journal(), BusySpinIdleStrategy.INSTANCE);
            append(appender, WARM_UP_FRAMES);
            long beforeAppending = Allocations.ofThisThread();
            append(appender, FRAMES);
            long appending = Allocations.ofThisThread() - beforeAppending;
            results.add("journal.append.bytes.per.op", appending / (double) FRAMES);

            try (JournalReader reader = running.journal().newReader()) {
                read(reader, WARM_UP_FRAMES);
                long beforeReading = Allocations.ofThisThread();
                read(reader, FRAMES);
                long reading = Allocations.ofThisThread() - beforeReading;
                results.add("journal.read.bytes.per.op", reading / (double) FRAMES);
            }
        }
    }

    private static void append(FrameAppender appender, int frames) {
        for (int i = 0; i < frames; i++) {
            appender.append(COMMAND_BYTES);
        }
    }

    private static void read(JournalReader reader, int frames) {
        for (int i = 0; i < frames; i++) {
            Invariant.check(reader.next() == ReadResult.FRAME, "a frame that was appended cannot be read");
        }
    }
}
