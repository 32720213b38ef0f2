package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Measurement;

/** What is measured of the journal in JVMs of its own. */
enum JournalMeasurement {
    /** Small frames at a fixed rate. */
    LOAD_100B,
    /** Large frames at a fixed rate. */
    LOAD_8KIB,
    /** Appends that roll. */
    ROLL,
    /** Cuts. */
    TRUNCATE,
    /** What appending and reading allocate. */
    ALLOCATION,
    /** Makes a journal for those below. */
    FILL_1GB,
    /** The scan of a start. */
    SCAN_1GB,
    /** A whole start. */
    REOPEN_1GB,
    /** Appending to a large journal against a small one, in a quick run. */
    RATIO_1GB,
    /** Makes a journal for the one below. */
    FILL_10GB,
    /** Appending to a large journal against a small one. */
    RATIO_10GB;

    private static final long GB = 1_000_000_000;

    Measurement make() {
        return switch (this) {
            case LOAD_100B -> new JournalUnderLoad("100B", 100, 200_000);
            case LOAD_8KIB -> new JournalUnderLoad("8KiB", 8 << 10, 10_000);
            case ROLL -> new RollLatency();
            case TRUNCATE -> new TruncateLatency();
            case ALLOCATION -> new AllocationPerFrame();
            case FILL_1GB -> new Fill(GB);
            case SCAN_1GB -> new ScanSpeed(GB);
            case REOPEN_1GB -> new ReopenTime();
            case RATIO_1GB -> new SizeRatio("journal.append.1gb.over.100mb");
            case FILL_10GB -> new Fill(10 * GB);
            case RATIO_10GB -> new SizeRatio("journal.append.10gb.over.100mb");
        };
    }
}
