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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * How long the device takes to have 4 KiB more of a file: what no node that flushes can be faster than.
 *
 * @param figure its name
 * @param isShared whether another file is forced all the while, as where two nodes have one device
 */
record ForceLatency(String figure, boolean isShared) implements Measurement {
    private static final int PAGE_BYTES = 4096;
    /** As a journal's segment: its room is there before, so that nothing but a page is forced. */
    private static final int FILE_BYTES = 32 << 20;

    @Override
    public void run(Path directory, Effort effort, Results results) throws IOException {
        long durationNs = TimeUnit.SECONDS.toNanos(effort.of(2, 5));
        FutureTask<Latencies> other =
                new FutureTask<>((Callable<Latencies>) () -> force(directory.resolve("other"), durationNs));
        if (isShared) {
            new Thread(other, "other").start();
        }
        Latencies latencies = force(directory.resolve("forced"), durationNs);
        if (isShared) {
            await(other);
        }
        latencies.reportUs(figure, results);
    }

    private static Latencies force(Path path, long durationNs) throws IOException {
        Latencies latencies = new Latencies();
        ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (int written = 0; written < FILE_BYTES; written += PAGE_BYTES) {
                page.clear();
                file.write(page, written);
            }
            file.force(true);
            int position = 0;
            long beginNs = System.nanoTime();
            long startNs = beginNs;
            while (startNs - beginNs < durationNs) {
                page.clear();
                file.write(page, position);
                position = (position + PAGE_BYTES) % FILE_BYTES;
                file.force(false);
                long endNs = System.nanoTime();
                latencies.record(endNs - startNs);
                startNs = endNs;
            }
        }
        return latencies;
    }

    private static void await(FutureTask<Latencies> other) throws IOException {
        try {
            other.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("the other file was not forced", e.getCause());
        }
    }
}
