package dev.lockstep.samples.cluster;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Submitter;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/** Submits numbered commands, a few at a time, on a thread of its own, whenever its node takes them. */
final class Load implements AutoCloseable {
    private static final int AT_ONCE = 16;
    private static final int SAMPLES = 1 << 14;
    private static final long PAUSE_NS = 100_000;

    private final Engine engine;
    private final long source;
    private final Thread thread = new Thread(this::run, "load");
    private final UnsafeBuffer command = new UnsafeBuffer(new byte[Receipts.COMMAND_BYTES]);
    /** When each command that is under way was offered. */
    private final long[] offeredNs = new long[1 << 10];

    private long number;
    private final long[] latenciesNs = new long[SAMPLES];
    private int samples;
    private long acknowledged;
    private long acknowledgedCount;
    private long countBefore;
    private long sinceNs = System.nanoTime();
    private volatile boolean isOver;

    Load(Engine engine, long source) {
        this.engine = engine;
        this.source = source;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try (Submitter submitter = engine.newSubmitter()) {
            while (!isOver || submitter.pending() > 0) {
                boolean isTaken = !isOver && submitter.pending() < AT_ONCE && offer(submitter);
                int told = submitter.poll(this::onReply);
                if (!isTaken && told == 0) {
                    LockSupport.parkNanos(submitter.pending() > 0 ? 1 : PAUSE_NS);
                }
            }
        }
    }

    /** A number is never used again, whatever becomes of it. */
    private boolean offer(Submitter submitter) {
        command.putLong(0, source);
        command.putLong(Long.BYTES, number + 1);
        long id = submitter.offer(command, 0, Receipts.COMMAND_BYTES);
        if (id < 0) {
            return false;
        }
        number++;
        offeredNs[(int) id & (offeredNs.length - 1)] = System.nanoTime();
        return true;
    }

    private synchronized void onReply(long id, Reply reply) {
        if (reply.outcome() == Outcome.APPLIED) {
            acknowledged = reply.payload().getLong(0);
            acknowledgedCount++;
            latenciesNs[samples++ & (SAMPLES - 1)] = System.nanoTime() - offeredNs[(int) id & (offeredNs.length - 1)];
        }
    }

    /** @return the last number that was acknowledged; since this was asked last: how many a second, and microseconds */
    synchronized String progress() {
        long nowNs = System.nanoTime();
        long[] sorted = Arrays.copyOf(latenciesNs, Math.min(samples, SAMPLES));
        Arrays.sort(sorted);
        long perSecond = (acknowledgedCount - countBefore) * 1_000_000_000L / Math.max(1, nowNs - sinceNs);
        countBefore = acknowledgedCount;
        sinceNs = nowNs;
        samples = 0;
        return source + " " + acknowledged + " " + perSecond + " " + microseconds(sorted, 50) + " "
                + microseconds(sorted, 99);
    }

    private static long microseconds(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[(int) ((long) (sorted.length - 1) * percent / 100)] / 1_000;
    }

    @Override
    public void close() {
        isOver = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
