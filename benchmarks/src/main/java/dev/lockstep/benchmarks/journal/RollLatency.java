package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Allocations;
import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.JournalSpace;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.BusySpinIdleStrategy;

/** What exactly those appends cost that take the next segment into use. */
final class RollLatency implements Measurement {
    /** Small, so that there are many rolls; what the writer does for one hardly depends on it. */
    private static final int SEGMENT_BYTES = 4 << 20;

    private static final int COMMAND_BYTES = 8 << 10;
    private static final int WARM_UP_ROLLS = 20;
    private static final double NS_PER_US = 1000;

    private final Latencies rolls = new Latencies();
    private long allocatedBytes;

    @Override
    public void run(Path directory, Effort effort, Results results) throws IOException {
        JournalSettings settings = JournalSettings.DEFAULT.withSegmentBytes(SEGMENT_BYTES);
        try (RunningJournal running = RunningJournal.open(directory, settings)) {
            FrameAppender appender = new FrameAppender(running.journal(), BusySpinIdleStrategy.INSTANCE);
            int measured = effort.of(80, 500);
            for (int roll = 0; roll < WARM_UP_ROLLS + measured; roll++) {
                if (roll == WARM_UP_ROLLS) {
                    rolls.forget();
                    allocatedBytes = 0;
                }
                running.awaitRoom();
                appendUntilRolled(running, appender);
            }
            results.add("journal.roll.writer.p50.us", rolls.medianNs() / NS_PER_US);
            results.add("journal.roll.writer.max.us", rolls.longestNs() / NS_PER_US);
            results.add("journal.roll.writer.bytes", allocatedBytes / (double) measured);
        }
    }

    /** The segment was ready, so it is the append that took it which leaves none: making one takes milliseconds. */
    private void appendUntilRolled(RunningJournal running, FrameAppender appender) {
        while (true) {
            long allocatedBefore = Allocations.ofThisThread();
            long startNs = System.nanoTime();
            appender.append(COMMAND_BYTES);
            long endNs = System.nanoTime();
            if (running.journal().space() != JournalSpace.READY) {
                rolls.record(endNs - startNs);
                allocatedBytes += Allocations.ofThisThread() - allocatedBefore;
                return;
            }
        }
    }
}
