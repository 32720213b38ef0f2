package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.replica.Replica;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/**
 * Finds out from which index on a read may be served, and hands it to the applier. Asked by any thread; all else belongs to
 * the hot one.
 */
final class ReadDesk {
    /** How long those wait that could not be confirmed. */
    private static final long AGAIN_NS = 1_000_000;

    private static final int MAX_OPEN = 1 << 16;

    private final ManyToOneConcurrentLinkedQueue<PendingRead<?>> asked = new ManyToOneConcurrentLinkedQueue<>();
    private final ServedReads served;
    /** Those that a quorum is asked about, by number. */
    private final Long2ObjectHashMap<PendingRead<?>> confirmed = new Long2ObjectHashMap<>();
    /** Those that could not be confirmed, and are asked again. */
    private final ArrayDeque<PendingRead<?>> again = new ArrayDeque<>();
    /** Those whose position the log has not reached. */
    private final ArrayDeque<PendingRead<?>> ahead = new ArrayDeque<>();

    private Replica replica;
    private long nextId = 1;
    private long againNs;

    ReadDesk(ServedReads served) {
        this.served = served;
    }

    /** The replica is there from now on. */
    void serve(Replica newReplica) {
        replica = newReplica;
    }

    /** Any thread. */
    void ask(PendingRead<?> read) {
        asked.offer(read);
    }

    /** @return how many reads it has looked at */
    int onTick(long nowNs) {
        int work = 0;
        if (nowNs - againNs >= AGAIN_NS) {
            againNs = nowNs;
            for (int left = again.size(); left > 0; left--) {
                begin(again.remove(), nowNs);
            }
        }
        for (PendingRead<?> read = asked.poll(); read != null; read = asked.poll()) {
            begin(read, nowNs);
            work++;
        }
        if (!ahead.isEmpty()) {
            lookAtPositions(nowNs);
        }
        if (!confirmed.isEmpty()) {
            expire(nowNs);
        }
        return work;
    }

    private void begin(PendingRead<?> read, long nowNs) {
        if (again.size() + ahead.size() + confirmed.size() >= MAX_OPEN) {
            read.fail(new EngineException.ReadUnavailable("too many reads wait to be confirmed: ask again later"));
        } else if (nowNs - read.deadlineNs >= 0) {
            read.fail(new EngineException.ReadUnavailable(
                    "the read was not confirmed in time: no primary with a quorum is" + " known to this node"));
        } else if (read.consistency == ReadConsistency.LINEARIZABLE) {
            long id = nextId++;
            confirmed.put(id, read);
            replica.read(id);
        } else if (read.consistency.position() != null) {
            if (!place(read)) {
                ahead.add(read);
            }
        } else {
            served.add(read);
        }
    }

    /** @return false if the log has not come that far */
    private boolean place(PendingRead<?> read) {
        Position position = read.consistency.position();
        switch (replica.stateOf(position)) {
            case HELD -> {
                read.index = position.index();
                served.add(read);
                return true;
            }
            case LOST -> {
                read.fail(new EngineException.PositionLost(
                        position + " is of a history that the cluster has left, or too old to tell: read anew"));
                return true;
            }
            case AHEAD -> {
                return false;
            }
        }
        return false;
    }

    private void lookAtPositions(long nowNs) {
        for (Iterator<PendingRead<?>> reads = ahead.iterator(); reads.hasNext(); ) {
            PendingRead<?> read = reads.next();
            if (nowNs - read.deadlineNs >= 0) {
                reads.remove();
                read.fail(new EngineException.ReadUnavailable("this node did not come to " + read.consistency.position()
                        + " in time; it has applied up to index " + served.appliedIndex()));
            } else if (place(read)) {
                reads.remove();
            }
        }
    }

    private void expire(long nowNs) {
        for (Iterator<PendingRead<?>> reads = confirmed.values().iterator(); reads.hasNext(); ) {
            PendingRead<?> read = reads.next();
            if (nowNs - read.deadlineNs >= 0) {
                reads.remove();
                read.fail(new EngineException.ReadUnavailable("no quorum has confirmed the read in time"));
            }
        }
    }

    /** What the replica says of a read. */
    void onReadable(long id, long index) {
        PendingRead<?> read = confirmed.remove(id);
        if (read != null && index < 0) {
            again.add(read); // in the next turn, for this is called within the replica
        } else if (read != null) {
            read.index = index;
            served.add(read);
        }
    }

    void close(Throwable failure) {
        EngineException.Closed closed =
                new EngineException.Closed("the engine was closed before the read was served", failure);
        while (!asked.isEmpty()) { // also what is on its way into the queue
            PendingRead<?> read = asked.poll();
            if (read != null) {
                read.fail(closed);
            }
        }
        again.forEach(read -> read.fail(closed));
        ahead.forEach(read -> read.fail(closed));
        confirmed.values().forEach(read -> read.fail(closed));
        again.clear();
        ahead.clear();
        confirmed.clear();
    }
}
