package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Cluster;
import dev.lockstep.engine.Reply;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the state machine of a simulation computes: a hash of all that it was given, which also depends on where and when, and
 * of the timers that it has scheduled meanwhile.
 */
final class ModelState {
    /** The shortest command: which attempt it is, at which order. */
    static final int LEAST_BYTES = 2 * Long.BYTES;

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final int REJECTED_ONE_IN = 7;
    private static final int MOST_FILLER = 280;
    private static final UnsafeBuffer FILLER = new UnsafeBuffer(new byte[MOST_FILLER]);

    /** As many behave otherwise. */
    static final int VERSIONS = 3;

    private static final int TIMERS = 9;
    private static final long TIMER_STEP_NS = 17_000_000;

    private final Cluster cluster;
    private long hash;
    private long count;

    ModelState(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * What came of one command.
     *
     * @param attempt which attempt it was
     * @param order what was to be done once, by whatever attempt
     * @param code why not; zero if it was done
     * @param hash of the state afterwards
     */
    record Step(long attempt, long order, int code, long hash) {
        /** Writes what the submitter hears. */
        void answer(Reply reply) {
            if (code != 0) {
                reply.reject(code);
            }
            reply.putLong(hash).putLong(attempt).putBytes(FILLER, 0, fillerBytes());
        }

        private int fillerBytes() {
            return (int) (attempt * 37 % MOST_FILLER);
        }

        int length() {
            return 2 * Long.BYTES + fillerBytes();
        }

        /** @return whether that is what the submitter was to hear */
        boolean isAnsweredBy(DirectBuffer reply, int length) {
            return length == length() && reply.getLong(0) == hash && reply.getLong(Long.BYTES) == attempt;
        }
    }

    /** Writes a command. */
    static void write(MutableDirectBuffer into, long attempt, long order) {
        into.putLong(0, attempt);
        into.putLong(Long.BYTES, order);
    }

    /** @return whether the state machine says no to an order */
    static boolean isRejected(long order) {
        return order % REJECTED_ONE_IN == 0;
    }

    Step apply(DirectBuffer payload, int offset, int length, long index, long timeNs, int version) {
        long attempt = payload.getLong(offset);
        long order = payload.getLong(offset + Long.BYTES);
        int code = isRejected(order) ? 1 + (int) (order % 5) : 0;
        if (code == 0) {
            hash = (hash ^ attempt ^ length) * MULTIPLIER + index + timeNs * 31 + version * 7L;
            count++;
            useTimers(order, attempt, timeNs);
        }
        return new Step(attempt, order, code, hash);
    }

    /** Some are due before they are scheduled, some at the same time, and some are scheduled anew or taken back. */
    private void useTimers(long order, long attempt, long timeNs) {
        long id = order % TIMERS - 3;
        switch ((int) (attempt % 4)) {
            case 0 -> cluster.schedule(id, timeNs + (attempt % 25 - 2) * TIMER_STEP_NS);
            case 1 -> cluster.schedule(id, timeNs / TIMER_STEP_NS * TIMER_STEP_NS + 2 * TIMER_STEP_NS);
            case 2 -> hash += cluster.cancel(id) ? 1 : 0;
            default -> hash += cluster.pendingTimers();
        }
    }

    void onTimer(long id, long deadlineNs) {
        hash = (hash ^ id ^ deadlineNs) * MULTIPLIER + cluster.index() + cluster.timeNs() * 31;
        if (id == 0 && hash % 2 == 0) {
            cluster.schedule(id, deadlineNs); // which has passed
        }
    }

    long hash() {
        return hash;
    }

    long count() {
        return count;
    }

    void set(long newHash, long newCount) {
        hash = newHash;
        count = newCount;
    }
}
