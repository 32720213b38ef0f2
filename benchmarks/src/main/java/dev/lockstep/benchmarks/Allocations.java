package dev.lockstep.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;

/** Asks the JVM how much a thread has allocated; asking allocates nothing. */
public final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    /** @return the bytes that the calling thread has ever allocated */
    public static long ofThisThread() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /**
     * Makes something itself.
     *
     * @param suffixes how the names of some other threads end
     * @return the bytes that these have ever allocated
     */
    public static long ofThreads(String... suffixes) {
        long bytes = 0;
        for (ThreadInfo each : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (each != null && Arrays.stream(suffixes).anyMatch(each.getThreadName()::endsWith)) {
                bytes += THREADS.getThreadAllocatedBytes(each.getThreadId());
            }
        }
        return bytes;
    }
}
