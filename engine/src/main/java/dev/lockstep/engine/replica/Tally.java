package dev.lockstep.engine.replica;

import java.util.HashSet;
import java.util.Set;

/**
 * Counts who promised a candidate its vote. More than half of the voters must have; and of those, as many must be whole
 * that every majority which ever committed something has one among them: a node that is recovering may have forgotten it
 * (safety 15). Owned by the replica's thread.
 */
final class Tally {
    private final Config config;
    private final Set<Integer> granted = new HashSet<>();
    private final Set<Integer> whole = new HashSet<>();

    /** @param config in which the election is held */
    Tally(Config config) {
        this.config = config;
    }

    /** A voter has promised; who says it twice, or is none, counts as before. */
    void onGranted(int node, boolean isWhole) {
        Member member = config.at(node);
        if (member == null || !member.isVoter()) {
            return;
        }
        granted.add(node);
        if (isWhole) {
            whole.add(node);
        }
    }

    boolean isWon() {
        int voters = config.voters().size();
        int majority = config.majority();
        return granted.size() >= majority && whole.size() >= voters - majority + 1;
    }
}
