package dev.lockstep.benchmarks.commit;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** How long the device takes to have 4 KiB more of a file: what no node that flushes can be faster than. */
record ForceLatency(String figure) implements Measurement {
    private static final int PAGE_BYTES = 4096;

    @Override
    public void run(Path directory, Effort effort, Results results) throws IOException {
        Latencies latencies = new Latencies();
        ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);
        long durationNs = TimeUnit.SECONDS.toNanos(effort.of(2, 5));
        try (FileChannel file = FileChannel.open(
                directory.resolve("forced"),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            long beginNs = System.nanoTime();
            long startNs = beginNs;
            while (startNs - beginNs < durationNs) {
                page.clear();
                file.write(page);
                file.force(false);
                long endNs = System.nanoTime();
                latencies.record(endNs - startNs);
                startNs = endNs;
            }
        }
        latencies.reportUs(figure, results);
    }
}
