package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.BusySpinIdleStrategy;

/** How long the writer is away to cut a short suffix off, as after a change of the primary, while a segment is ready. */
final class TruncateLatency implements Measurement {
    private static final int SEGMENT_BYTES = 4 << 20;
    private static final int COMMAND_BYTES = 100;
    private static final int FRAMES_BETWEEN_CUTS = 5_000;
    private static final int FRAMES_CUT = 100;
    private static final double NS_PER_US = 1000;

    @Override
    public void run(Path directory, Effort effort, Results results) throws IOException {
        JournalSettings settings = JournalSettings.DEFAULT.withSegmentBytes(SEGMENT_BYTES);
        Latencies cuts = new Latencies();
        try (RunningJournal running = RunningJournal.open(directory, settings)) {
            Journal journal = running.journal();
            FrameAppender appender = new FrameAppender(journal, BusySpinIdleStrategy.INSTANCE);
            for (int cut = 0; cut < effort.of(30, 200); cut++) {
                for (int frame = 0; frame < FRAMES_BETWEEN_CUTS; frame++) {
                    appender.append(COMMAND_BYTES);
                }
                running.awaitRoom();
                long fromIndex = journal.appendedIndex() - FRAMES_CUT + 1;
                long startNs = System.nanoTime();
                boolean done = journal.truncateFrom(fromIndex);
                cuts.record(System.nanoTime() - startNs);
                Invariant.check(done, "a cut found no room though a segment was ready");
                appender.follow();
            }
        }
        results.add("journal.truncate.us", cuts.medianNs() / NS_PER_US);
        results.add("journal.truncate.max.us", cuts.longestNs() / NS_PER_US);
    }
}
