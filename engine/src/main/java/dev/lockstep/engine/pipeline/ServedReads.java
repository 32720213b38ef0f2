package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
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
     * @return how many were served, or came
     */
    int serve(long nowNs) {
        int work = 0;
        for (PendingRead<?> read = added.poll(); read != null; read = added.poll()) {
            waiting.add(read);
            work++;
        }
        if (!waiting.isEmpty()) {
            work += serveWaiting(nowNs);
        }
        return work;
    }

    private int serveWaiting(long nowNs) {
        int served = 0;
        for (Iterator<PendingRead<?>> reads = waiting.iterator(); reads.hasNext(); ) {
            PendingRead<?> read = reads.next();
            if (applier.failure() != null) {
                reads.remove();
                read.fail(applier.failure());
            } else if (read.index <= applier.appliedIndex()) {
                reads.remove();
                read.serve(applier.state().place());
                served++;
            } else if (nowNs - read.deadlineNs >= 0) {
                reads.remove();
                read.fail(new EngineException.ReadUnavailable("this node has applied up to index "
                        + applier.appliedIndex() + ", and the read needs index " + read.index));
            }
        }
        return served;
    }

    /** The applier works no more. */
    void close(Throwable failure) {
        EngineException.Closed closed =
                new EngineException.Closed("the engine was closed before the read was served", failure);
        for (PendingRead<?> read = added.poll(); read != null; read = added.poll()) {
            waiting.add(read);
        }
        waiting.forEach(read -> read.fail(closed));
        waiting.clear();
    }
}
