package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.Invariant;

/**
 * Who waits for the replica to say how far a command has come: for each level in the order in which it began to wait, for in
 * that order the replica says so. Owned by the hot thread; all room is taken at the start.
 */
final class Awaited {
    private static final class Queue {
        private final SubmitterLane[] lanes;
        private final long[] sessions;
        private final long[] sequences;
        private final int mask;
        private long head;
        private long tail;

        private Queue(int capacity) {
            lanes = new SubmitterLane[capacity];
            sessions = new long[capacity];
            sequences = new long[capacity];
            mask = capacity - 1;
        }
    }

    private final Queue[] queues = new Queue[Ack.count()];
    private final FramePlace place = new FramePlace();

    /** @param capacity how many may wait for one level, a power of two */
    Awaited(int capacity) {
        for (int rank = 1; rank < queues.length; rank++) {
            queues[rank] = new Queue(capacity);
        }
    }

    /** @return how many more may wait for a level */
    long room(Ack level) {
        Queue queue = queues[level.rank()];
        return queue.lanes.length - (queue.tail - queue.head);
    }

    void add(Ack level, SubmitterLane lane, long session, long sequence) {
        Queue queue = queues[level.rank()];
        Invariant.check(room(level) > 0, "more wait for a level than there is room for");
        int at = (int) queue.tail & queue.mask;
        queue.lanes[at] = lane;
        queue.sessions[at] = session;
        queue.sequences[at] = sequence;
        queue.tail++;
    }

    /** @param term in which it was put into the log */
    void onAcknowledged(long index, Term term, Ack asked, Ack reached) {
        Queue queue = queues[asked.rank()];
        Invariant.check(queue.head < queue.tail, "a level was reached that nobody waits for");
        int at = (int) queue.head & queue.mask;
        queue.head++;
        queue.lanes[at].note(
                queue.sessions[at], queue.sequences[at], place.set(index, term.number(), term.epoch()), reached);
    }
}
