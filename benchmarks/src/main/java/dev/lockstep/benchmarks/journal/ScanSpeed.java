package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.ballot.ScanEnd.Ending;
import dev.lockstep.storage.journal.JournalOpening;
import java.nio.file.Path;

/** How fast a start reads and verifies a journal that is in the page cache. */
final class ScanSpeed implements Measurement {
    private static final double NS_PER_S = 1e9;
    private static final double BYTES_PER_GB = 1e9;

    private final long bytes;

    /**
     * @param bytes the bytes of all frames in the journal
     */
    ScanSpeed(long bytes) {
        this.bytes = bytes;
    }

    @Override
    public void run(Path directory, Effort effort, Results results) {
        scanNs(directory); // brings the files into the page cache, and the code to its speed
        for (int round = 0; round < effort.of(3, 7); round++) {
            results.add("journal.scan.gb.per.s", bytes / BYTES_PER_GB / (scanNs(directory) / NS_PER_S));
        }
    }

    private static long scanNs(Path directory) {
        long startNs = System.nanoTime();
        JournalOpening opening = RunningJournal.scan(directory);
        long ns = System.nanoTime() - startNs;
        Invariant.check(opening.end().ending() == Ending.CLEAN, "the journal to be scanned is not sound");
        return ns;
    }
}
