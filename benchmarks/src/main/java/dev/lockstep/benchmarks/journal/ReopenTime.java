package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.storage.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.BusySpinIdleStrategy;

/** How long a fresh process takes from looking at the journal's directory to the first frame appended. */
final class ReopenTime implements Measurement {
    private static final double NS_PER_MS = 1e6;

    @Override
    public void run(Path directory, Effort effort, Results results) throws IOException {
        long startNs = System.nanoTime();
        try (RunningJournal running = RunningJournal.open(directory, JournalSettings.DEFAULT)) {
            new FrameAppender(running.journal(), BusySpinIdleStrategy.INSTANCE).append(100);
            results.add("journal.reopen.1gb.ms", (System.nanoTime() - startNs) / NS_PER_MS);
            results.add("journal.reopen.1gb.scan.ms", running.scanNs() / NS_PER_MS);
        }
    }
}
