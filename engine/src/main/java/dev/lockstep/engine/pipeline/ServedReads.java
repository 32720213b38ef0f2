package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.ReadConsistency;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Reads that wait until the applier has come far enough. Added by the hot thread, served by the applier's.
 */
final class ServedReads {
    private static final int HANDED_OVER = 1024;

    private final OneToOneConcurrentArrayQueue<PendingRead<?>> added = new OneToOneConcurrentArrayQueue<>(HANDED_OVER);
    private final ArrayDeque<PendingRead<?>> waiting = new ArrayDeque<>();
    /** Those that have looked, and must not be told of before what they saw is committed. */
    private final ArrayDeque<PendingRead<?>> looked = new ArrayDeque<>();

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
     * @param committed how far the log is committed that is being applied
     * @return how many were served, or came
     */
    int serve(long nowNs, long committed) {
        int work = tell(committed, nowNs);
        for (PendingRead<?> read = added.poll(); read != null; read = added.poll()) {
            waiting.add(read);
            work++;
        }
        if (!waiting.isEmpty()) {
            work += serveWaiting(nowNs, committed);
        }
        return work;
    }

    private int tell(long committed, long nowNs) {
        int told = 0;
        while (!looked.isEmpty() && looked.peek().seenIndex() > committed && nowNs - looked.peek().deadlineNs >= 0) {
            looked.remove()
                    .fail(new EngineException.ReadUnavailable(
                            "what the read has seen was not committed in time: this primary has no quorum"));
        }
        while (!looked.isEmpty() && looked.peek().seenIndex() <= committed) {
            looked.remove().tell();
            told++;
        }
        return told;
    }

    /** What stood beyond an index does not count: whoever saw it, or waits for it, must ask again. */
    void onRolledBack(long index) {
        EngineException cut = new EngineException.ReadUnavailable("the log was cut behind index " + index
                + " meanwhile, for the cluster went on without that: ask again");
        looked.forEach(read -> read.fail(cut));
        looked.clear();
        waiting.removeIf(read -> {
            boolean isCut = read.index > index;
            if (isCut) {
                read.fail(cut);
            }
            return isCut;
        });
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
        read.look(applier.state().place());
        boolean mustBeCommitted = read.consistency == ReadConsistency.LINEARIZABLE && read.seenIndex() > committed;
        if (mustBeCommitted) {
            looked.add(read);
        } else {
            read.tell();
        }
    }

    /** The applier works no more. */
    void close(Throwable failure) {
        EngineException.Closed closed =
                new EngineException.Closed("the engine was closed before the read was served", failure);
        for (PendingRead<?> read = added.poll(); read != null; read = added.poll()) {
            waiting.add(read);
        }
        looked.forEach(read -> read.fail(closed));
        looked.clear();
        waiting.forEach(read -> read.fail(closed));
        waiting.clear();
    }
}
