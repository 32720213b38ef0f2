package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Cluster;
import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Schedules what it is told, and remembers which timers have fired, in which order. Each command is answered with how many
 * are pending. A timer that was planted makes it throw.
 */
public final class Alarms implements StateMachine {
    private static final int SCHEDULE = 1;
    private static final int CANCEL = 2;
    private static final int LOOK = 3;

    final List<Long> fired = new ArrayList<>();
    volatile long poison;
    private Cluster cluster;

    /** @return has a timer fire so many milliseconds from then on */
    static byte[] schedule(long id, long inMs) {
        return command(SCHEDULE, id, inMs);
    }

    static byte[] cancel(long id) {
        return command(CANCEL, id, 0);
    }

    static byte[] look() {
        return command(LOOK, 0, 0);
    }

    private static byte[] command(int act, long id, long inMs) {
        return ByteBuffer.allocate(20)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(act)
                .putLong(id)
                .putLong(inMs)
                .array();
    }

    @Override
    public void onStart(Cluster newCluster) {
        cluster = newCluster;
    }

    @Override
    public void apply(Command command, Reply reply) {
        long id = command.payload().getLong(4, ByteOrder.LITTLE_ENDIAN);
        switch (command.payload().getInt(0, ByteOrder.LITTLE_ENDIAN)) {
            case SCHEDULE -> {
                long inMs = command.payload().getLong(12, ByteOrder.LITTLE_ENDIAN);
                cluster.schedule(id, cluster.timeNs() + TimeUnit.MILLISECONDS.toNanos(inMs));
            }
            case CANCEL -> cluster.cancel(id);
            default -> {
                // only looks
            }
        }
        reply.putLong(cluster.pendingTimers());
    }

    @Override
    public void onTimer(long id, long deadlineNs) {
        if (cluster.timeNs() < deadlineNs) {
            throw new AssertionError("timer " + id + " fires before its time");
        }
        fired.add(id);
        if (poison != 0 && id == poison) {
            throw new IllegalStateException("this is the timer that cannot fire");
        }
    }

    @Override
    public void save(SnapshotOutput out) {
        out.putInt(fired.size());
        fired.forEach(out::putLong);
    }

    @Override
    public void load(SnapshotInput in) {
        fired.clear();
        for (int left = in.getInt(); left > 0; left--) {
            fired.add(in.getLong());
        }
    }
}
