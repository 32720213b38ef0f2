package dev.lockstep.engine.replica;

import dev.lockstep.transport.Transport;
import java.util.BitSet;

/**
 * Counts who promised a candidate its vote. More than half of the voters must have; and of those, as many must be whole
 * that every majority which ever committed something has one among them: a node that is recovering may have forgotten it
 * (safety 15). Owned by the replica's thread.
 */
final class Tally {
    private final Config config;
    private final BitSet granted = new BitSet();
    private final BitSet whole = new BitSet();
    private final long[] wallClockNs = new long[Transport.MAX_NODE + 1];

    /** @param config in which the election is held */
    Tally(Config config) {
        this.config = config;
    }

    /** A voter has promised; who says it twice, or is none, counts as before. */
    void onGranted(int node, boolean isWhole, long itsWallClockNs) {
        Member member = config.at(node);
        if (member == null || !member.isVoter()) {
            return;
        }
        granted.set(node);
        wallClockNs[node] = itsWallClockNs;
        whole.set(node, isWhole);
    }

    /** Whatever it promised it may have forgotten. */
    void forget(int node) {
        granted.clear(node);
        whole.clear(node);
    }

    boolean isWon() {
        return isMajority() && areEnoughWhole();
    }

    private boolean isMajority() {
        return granted.cardinality() >= config.majority();
    }

    private boolean areEnoughWhole() {
        return whole.cardinality() >= config.voters().size() - config.majority() + 1;
    }

    /** @return the lower median of the clocks of those who promised: one that is far ahead moves nobody (PROTOCOL J) */
    long medianWallClockNs() {
        long[] clocks =
                granted.stream().mapToLong(node -> wallClockNs[node]).sorted().toArray();
        return clocks[(clocks.length - 1) / 2];
    }
}
