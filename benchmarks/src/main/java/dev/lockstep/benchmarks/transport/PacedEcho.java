package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Results;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Messages there and back at a fixed rate, one at a time. Each counts from when it was due, so that one pause counts for
 * all that it held up. Run by one thread; another one says what is being measured.
 */
final class PacedEcho implements Line.Listener {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long PERIOD_NS = TimeUnit.MICROSECONDS.toNanos(100);

    /**
     * What was found in windows of one kind. The longest cycle counts twice: by the clock, and by what it took of the
     * processor, for where more threads are busy than there are processors the system also stops this one.
     */
    static final class Window {
        private static final double NS_PER_US = 1000;

        private final Latencies latencies = new Latencies();
        private long longestCycleNs;
        private long longestWorkNs;

        void report(String prefix, Results results) {
            latencies.reportUs(prefix, results);
            results.add(prefix + ".cycle.max.us", longestCycleNs / NS_PER_US);
            results.add(prefix + ".cycle.cpu.max.us", longestWorkNs / NS_PER_US);
        }
    }

    final Window quiet = new Window();
    final Window joining = new Window();
    private final Line line;
    private final EchoLoop starter;
    private final UnsafeBuffer message = new UnsafeBuffer(ByteBuffer.allocateDirect(EchoLoop.MESSAGE_BYTES));
    private volatile Window window;
    private volatile boolean stopped;
    private volatile Throwable failure;
    private long cpuBeforeNs = Long.MAX_VALUE;
    private boolean isUnderWay;
    private boolean isAnswered;

    PacedEcho(Line line) {
        this.line = line;
        this.starter = new EchoLoop(line);
    }

    /** @param newWindow what is measured from now on; null for nothing */
    void measureIn(Window newWindow) {
        window = newWindow;
    }

    /** @param cause why, if not because all is done */
    void stop(Throwable cause) {
        failure = cause;
        stopped = true;
    }

    /** Returns when it is stopped. */
    void run() {
        starter.awaitUp();
        long dueNs = System.nanoTime();
        while (!stopped) {
            if (!isUnderWay && System.nanoTime() - dueNs >= 0) {
                isUnderWay = line.send(message, 0, EchoLoop.MESSAGE_BYTES);
            }
            long startNs = System.nanoTime();
            line.work(this);
            long endNs = System.nanoTime();
            Window current = window;
            if (current != null) {
                current.longestCycleNs = Math.max(current.longestCycleNs, endNs - startNs);
                long cpuNs = THREADS.getCurrentThreadCpuTime();
                current.longestWorkNs = Math.max(current.longestWorkNs, cpuNs - cpuBeforeNs);
                cpuBeforeNs = cpuNs;
            } else {
                cpuBeforeNs = Long.MAX_VALUE;
            }
            if (isAnswered) {
                isAnswered = false;
                isUnderWay = false;
                if (current != null) {
                    current.latencies.record(endNs - dueNs);
                }
                dueNs += PERIOD_NS;
            }
        }
        if (failure != null) {
            throw new IllegalStateException("the third node could not be directed", failure);
        }
    }

    @Override
    public void onMessage(DirectBuffer buffer, int offset, int length) {
        isAnswered = true;
    }
}
