package dev.lockstep.engine.replica;

import dev.lockstep.engine.Ack;
import dev.lockstep.storage.Invariant;
import org.agrona.BitUtil;

/**
 * Who waits for what: the commands whose submitters hear once a level is reached, or at a deadline. All room is taken at
 * the start. Owned by the primary's thread.
 */
final class Acknowledgements {
    /** How far each level has come. */
    interface Reached {
        long reached(Ack level);
    }

    /** Those who wait for one level, by index. */
    private static final class Queue {
        private final long[] indexes;
        private final long[] deadlines;
        private final int mask;
        private long head;
        private long tail;

        private Queue(int capacity) {
            indexes = new long[capacity];
            deadlines = new long[capacity];
            mask = capacity - 1;
        }

        private boolean isFull() {
            return tail - head == indexes.length;
        }

        private void add(long index, long deadlineNs) {
            int at = (int) tail & mask;
            indexes[at] = index;
            deadlines[at] = deadlineNs;
            tail++;
        }

        private boolean isEmpty() {
            return head == tail;
        }

        private long index() {
            return indexes[(int) head & mask];
        }

        private long deadline() {
            return deadlines[(int) head & mask];
        }
    }

    private final Queue[] queues = new Queue[Ack.count()];
    private final Reached reached;
    private final Told told;
    private final ReplicaListener listener;

    /** @param capacity how many may wait for one level */
    Acknowledgements(int capacity, Reached reached, Told told, ReplicaListener listener) {
        for (int level = 1; level < queues.length; level++) {
            queues[level] = new Queue(BitUtil.findNextPositivePowerOfTwo(capacity));
        }
        this.reached = reached;
        this.told = told;
        this.listener = listener;
    }

    /**
     * @param index the command's; not before one that waits for the same level
     * @param level what is waited for
     * @param deadlineNs until when, counted behind those that wait for the same level already
     * @return false if too many wait
     */
    boolean await(long index, Ack level, long deadlineNs) {
        Queue queue = queues[level.rank()];
        Invariant.check(queue != null, "an acknowledgement of nothing is awaited");
        if (queue.isFull()) {
            return false;
        }
        queue.add(index, deadlineNs);
        return true;
    }

    /** Tells those whose level was reached, or whose deadline has come. */
    void onTick(long nowNs) {
        for (int i = 1; i < queues.length; i++) {
            Queue queue = queues[i];
            if (!queue.isEmpty()) {
                serve(queue, Ack.of(i), nowNs);
            }
        }
    }

    private void serve(Queue queue, Ack level, long nowNs) {
        long reachedIndex = reached.reached(level);
        while (!queue.isEmpty()) {
            if (queue.index() <= reachedIndex) {
                tell(queue, level, level);
            } else if (nowNs - queue.deadline() >= 0) {
                tell(queue, level, reachedBy(queue.index(), level));
            } else {
                return;
            }
        }
    }

    private Ack reachedBy(long index, Ack asked) {
        for (int i = asked.rank() - 1; i > 0; i--) {
            Ack level = Ack.of(i);
            if (asked.includes(level) && index <= reached.reached(level)) {
                return level;
            }
        }
        return Ack.NONE;
    }

    private void tell(Queue queue, Ack asked, Ack level) {
        long index = queue.index();
        queue.head++;
        told.onTold(index, level);
        listener.onAcknowledged(index, asked, level);
    }

    private static Ack committed(Ack asked) {
        return asked.includes(Ack.QUORUM_APPENDED) ? Ack.QUORUM_APPENDED : Ack.LOCAL_APPENDED;
    }

    /** The reign ends: what is not known to be committed is unknown. */
    void end(long commit) {
        for (int i = 1; i < queues.length; i++) {
            Queue queue = queues[i];
            while (!queue.isEmpty()) {
                Ack asked = Ack.of(i);
                tell(queue, asked, queue.index() <= commit ? committed(asked) : Ack.NONE);
            }
        }
    }
}
