package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.ReadConsistency;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Reads that wait until the applier has come far enough; and where it has come further than the commit, linearizable ones
 * that have looked at the state and wait until what they saw is committed (PROTOCOL F). Added by the hot thread, served by
 * the applier's.
 */
final class ServedReads {
    private static final int HANDED_OVER = 1024;

    private final OneToOneConcurrentArrayQueue<PendingRead<?>> added = new OneToOneConcurrentArrayQueue<>(HANDED_OVER);
    private final ArrayDeque<PendingRead<?>> waiting = new ArrayDeque<>();
    /** Those that have seen what is not committed yet. */
    private final ArrayDeque<PendingRead<?>> unconfirmed = new ArrayDeque<>();

    private final Applier applier;

    ServedReads(Applier applier) {
        this.applier = applier;
    }

    long appliedIndex() {
        return applier.appliedIndex();
    }

    /** Hot thread only. */
    void add(PendingRead<?> read) {
        if (!added.offer(read)) {
            read.fail(new EngineException.ReadUnavailable("too many reads wait to be served: ask again later"));
        }
    }

    /**
     * On the applier's thread.
     *
     * @param committed how far the log is committed that the state is of
     * @return how many were served, or came
     */
    int serve(long nowNs, long committed) {
        int work = 0;
        if (!unconfirmed.isEmpty()) {
            work += confirm(nowNs, committed);
        }
        work += takeAdded();
        if (!waiting.isEmpty()) {
            work += serveWaiting(nowNs, committed);
        }
        return work;
    }

    private int takeAdded() {
        int taken = 0;
        for (PendingRead<?> read = added.poll(); read != null; read = added.poll()) {
            waiting.add(read);
            taken++;
        }
        return taken;
    }

    private int serveWaiting(long nowNs, long committed) {
        int served = 0;
        for (Iterator<PendingRead<?>> reads = waiting.iterator(); reads.hasNext(); ) {
            PendingRead<?> read = reads.next();
            if (applier.failure() != null) {
                reads.remove();
                read.fail(applier.failure());
            } else if (read.index <= applier.appliedIndex()) {
                reads.remove();
                look(read, committed);
                served++;
            } else if (nowNs - read.deadlineNs >= 0) {
                reads.remove();
                read.fail(new EngineException.ReadUnavailable("this node has applied up to index "
                        + applier.appliedIndex() + ", and the read needs index " + read.index));
            }
        }
        return served;
    }

    private void look(PendingRead<?> read, long committed) {
        read.look(applier.state().place(), applier.appliedIndex());
        if (read.consistency != ReadConsistency.LINEARIZABLE || isConfirmed(read, committed)) {
            read.answer();
        } else {
            unconfirmed.add(read);
        }
    }

    private boolean isConfirmed(PendingRead<?> read, long committed) {
        return read.seenIndex <= committed;
    }

    private int confirm(long nowNs, long committed) {
        int confirmed = 0;
        for (Iterator<PendingRead<?>> reads = unconfirmed.iterator(); reads.hasNext(); ) {
            PendingRead<?> read = reads.next();
            if (isConfirmed(read, committed)) {
                reads.remove();
                read.answer();
                confirmed++;
            } else if (nowNs - read.deadlineNs >= 0) {
                reads.remove();
                read.fail(new EngineException.ReadUnavailable("what the read has seen was not committed in time: this"
                        + " node applies ahead of the commit, and has no quorum"));
            }
        }
        return confirmed;
    }

    /**
     * On the applier's thread: the state is another one, or will be, and what was seen of the one before may never be
     * committed.
     */
    void lookAgain() {
        waiting.addAll(unconfirmed);
        unconfirmed.clear();
    }

    /**
     * On the applier's thread: what stood behind an index does not count. Whoever waits for a position there must ask again;
     * what a quorum has confirmed is still to come.
     */
    void onRolledBack(long index) {
        takeAdded();
        waiting.removeIf(read -> {
            boolean isCut = read.consistency.position() != null && read.index > index;
            if (isCut) {
                read.fail(new EngineException.ReadUnavailable("the log was cut behind index " + index
                        + " meanwhile, for the cluster went on without that: ask again"));
            }
            return isCut;
        });
    }

    /** The applier works no more. */
    void close(Throwable failure) {
        EngineException.Closed closed =
                new EngineException.Closed("the engine was closed before the read was served", failure);
        takeAdded();
        lookAgain();
        waiting.forEach(read -> read.fail(closed));
        waiting.clear();
    }
}
