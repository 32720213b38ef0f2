package dev.lockstep.engine.replica;

import java.util.ArrayDeque;

/**
 * Linearizable reads: one is confirmed when a majority has said, after it was asked for, that it still follows this
 * primary, and reads what was committed when it was asked for (safety 6, 13). Owned by the primary's thread.
 */
final class ReadRounds {
    private record Pending(long id, int node, long round, long index, long askedNs) {}

    private static final int MOST_PENDING = 4096;

    private final Core core;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private long round;
    private boolean isRoundDue;

    ReadRounds(Core core) {
        this.core = core;
    }

    /** @return the round that a heartbeat of now belongs to */
    long round() {
        return round;
    }

    /** @return whether somebody waits for an answer */
    boolean isAwaited() {
        return !pending.isEmpty();
    }

    /** @return whether somebody waits for a round that was not sent yet */
    boolean isRoundDue() {
        return isRoundDue;
    }

    /** Everybody is asked; whoever reads from now on waits for another round. */
    void onRoundSent() {
        isRoundDue = false;
    }

    /**
     * @param node who asks
     * @param noOpIndex the first index of this reign: until it is committed nobody knows what is (safety 6)
     */
    void add(long id, int node, long noOpIndex) {
        if (!isRoundDue) {
            round++;
            isRoundDue = true;
        }
        Pending read = new Pending(id, node, round, indexToRead(noOpIndex), core.turn.nowNs());
        if (pending.size() == MOST_PENDING) {
            answer(read, true);
        } else {
            pending.add(read);
        }
    }

    private long indexToRead(long noOpIndex) {
        return Math.max(core.commit.index(), noOpIndex);
    }

    /**
     * @param confirmedRound the last round that a majority has confirmed
     * @param commit how far the log is committed in this reign; zero until its first frame is
     */
    void onConfirmed(long confirmedRound, long commit) {
        while (!pending.isEmpty()
                && isConfirmed(pending.peek(), confirmedRound)
                && pending.peek().index() <= commit) {
            answer(pending.poll(), false);
        }
    }

    /** Whoever has waited for two timeouts is told that nobody can say. */
    void expire() {
        long sinceNs = core.turn.nowNs() - 2 * core.turn.electionTimeoutNs();
        while (!pending.isEmpty() && pending.peek().askedNs() < sinceNs) {
            answer(pending.poll(), true);
        }
    }

    private boolean isConfirmed(Pending read, long confirmedRound) {
        return read.round() <= confirmedRound;
    }

    private void answer(Pending read, boolean isLost) {
        long index = isLost ? -1 : read.index();
        if (read.node() == core.self()) {
            core.listener.onReadable(read.id(), index);
        } else {
            core.outbox.readReply(read.node(), read.id(), index);
        }
    }

    void end() {
        while (!pending.isEmpty()) {
            answer(pending.poll(), true);
        }
    }
}
