package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.engine.Cluster;
import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Schedules as many timers as it is told, and measures when they fire by the clock of this machine: which no state machine
 * may do but one that measures.
 */
final class Clockwork implements StateMachine {
    final Latencies lateness = new Latencies();
    /** When the first and the last one fired. */
    long firstNs;

    long lastNs;
    private final AtomicLong fired = new AtomicLong();
    private final SplittableRandom spread = new SplittableRandom(4);
    private Cluster cluster;
    private long nextId;
    private long timeNs;
    private long clockNs;

    /** @return a command that schedules so many timers, spread over a time that begins after another one */
    static byte[] schedule(int count, long afterNs, long withinNs) {
        return ByteBuffer.allocate(20)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(count)
                .putLong(afterNs)
                .putLong(withinNs)
                .array();
    }

    @Override
    public void onStart(Cluster newCluster) {
        cluster = newCluster;
    }

    @Override
    public void apply(Command command, Reply reply) {
        timeNs = command.clusterTimeNs();
        clockNs = System.nanoTime();
        int count = command.payload().getInt(0, ByteOrder.LITTLE_ENDIAN);
        long afterNs = command.payload().getLong(4, ByteOrder.LITTLE_ENDIAN);
        long withinNs = command.payload().getLong(12, ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            cluster.schedule(nextId++, timeNs + afterNs + spread.nextLong(withinNs));
        }
        reply.putLong(System.nanoTime() - clockNs);
    }

    @Override
    public void onTimer(long id, long deadlineNs) {
        long nowNs = System.nanoTime();
        firstNs = fired.get() == 0 ? nowNs : firstNs;
        lastNs = nowNs;
        lateness.record(Math.max(0, nowNs - clockNs - (deadlineNs - timeNs)));
        fired.incrementAndGet();
    }

    /** Any thread. @return how many have fired */
    long fired() {
        return fired.get();
    }

    /** Nothing has happened that is measured from now on. */
    void forget() {
        fired.set(0);
        lateness.forget();
    }

    @Override
    public void save(SnapshotOutput out) {
        out.putLong(nextId);
    }

    @Override
    public void load(SnapshotInput in) {
        nextId = in.getLong();
    }
}
