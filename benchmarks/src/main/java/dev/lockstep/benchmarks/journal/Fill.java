package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.storage.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SleepingIdleStrategy;

/** Makes a journal of a given size, as fast as the device takes it, for others to measure. Prints no figure. */
final class Fill implements Measurement {
    /** Mostly small commands, some as large as a full frame, a few large ones: by bytes, about a third each. */
    private static final int[] MIXED = {100, 100, 100, 100, 256, 100, 100, 100, 1300, 100, 100, 100, 100, 4096};

    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final JournalSettings IN_A_HURRY = new JournalSettings(
            JournalSettings.DEFAULT.segmentBytes(), 16L << 30, JournalSettings.DEFAULT.flushIntervalNs());

    private final long bytes;

    /**
     * @param bytes the bytes of all frames together
     */
    Fill(long bytes) {
        this.bytes = bytes;
    }

    @Override
    public void run(Path directory, Effort effort, Results results) throws IOException {
        mixed(directory, bytes);
    }

    /** Fills with commands of mixed lengths. */
    static void mixed(Path directory, long bytes) throws IOException {
        fill(directory, bytes, MIXED);
    }

    /** Fills with commands of one length. */
    static void uniform(Path directory, long bytes, int commandBytes) throws IOException {
        fill(directory, bytes, commandBytes);
    }

    private static void fill(Path directory, long bytes, int... commandBytes) throws IOException {
        try (RunningJournal running = RunningJournal.open(directory, IN_A_HURRY)) {
            FrameAppender appender = new FrameAppender(running.journal(), new SleepingIdleStrategy(IDLE_NS));
            long written = 0;
            for (int next = 0; written < bytes; next = (next + 1) % commandBytes.length) {
                appender.append(commandBytes[next]);
                written += FrameAppender.frameBytes(commandBytes[next]);
            }
        }
    }
}
