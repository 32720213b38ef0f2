package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Follower;
import java.util.HashMap;
import java.util.Map;

/**
 * Somebody follows the log of every process, from its beginning or from where it is kept. What is told is committed, and is
 * what a node that never fails would give to its state machine: each once, and none left out.
 */
final class EngineFollowers {
    private static final int MOST_AT_ONCE = 40;
    private static final int MOST_ROUNDS = 100;
    private static final long ROUND_NS = 10_000_000;

    /** One who follows a process. */
    private static final class Following {
        private Follower follower;
        /** Up to where everything was told that is to be. */
        private long toldTo;
    }

    private final SimulatedCluster cluster;
    private final CommittedLogs committed;
    private final Map<EngineProcess, Following> all = new HashMap<>();
    private long told;

    EngineFollowers(SimulatedCluster cluster, CommittedLogs committed) {
        this.cluster = cluster;
        this.committed = committed;
    }

    void clear() {
        all.clear();
    }

    /** @return how many commands were told */
    long told() {
        return told;
    }

    void poll(SimulatedNode node) {
        if (!node.isRunning() || node.engine() == null) {
            return;
        }
        Following following = all.computeIfAbsent(node.engine(), key -> new Following());
        try {
            if (following.follower == null) {
                begin(node, following, 1);
            }
            following.follower.poll(MOST_AT_ONCE);
        } catch (EngineException.Compacted e) {
            begin(node, following, e.firstIndex());
        } catch (EngineException.PositionLost e) {
            end(following); // what was made of the rest is taken back, and begun anew
        }
    }

    private void begin(SimulatedNode node, Following following, long fromIndex) {
        end(following);
        following.toldTo = fromIndex - 1;
        following.follower = node.engine().follow(fromIndex, command -> onTold(node, following, command));
    }

    private static void end(Following following) {
        if (following.follower != null) {
            following.follower.close();
            following.follower = null;
        }
    }

    private void onTold(SimulatedNode node, Following following, Command command) {
        told++;
        long index = command.index();
        Violation.check(
                index > following.toldTo,
                Check.FOLLOWED,
                () -> "node " + node.number + " tells index " + index + " behind index " + following.toldTo);
        long epoch = node.replica().term().epoch();
        if (node.engine().epoch() == epoch) { // on the way to another one it may tell what was committed before
            Violation.check(
                    cluster.oracle.history(epoch).holding(index) != null,
                    Check.FOLLOWED,
                    () -> "node " + node.number + " tells index " + index + ", which is not committed");
            checkNothingMissing(node, following.toldTo + 1, index, committed.of(epoch));
        }
        following.toldTo = index;
    }

    private static void checkNothingMissing(SimulatedNode node, long from, long told, SequentialModel model) {
        for (long index = from; index <= told; index++) {
            boolean isTold = index == told;
            long which = index;
            Violation.check(
                    index > model.lastIndex() || model.isGiven(index) == isTold,
                    Check.FOLLOWED,
                    () -> "node " + node.number + (isTold ? " tells" : " does not tell") + " index " + which
                            + ", where " + model.answer(which) + " is right");
        }
    }

    /** In the end everybody is told of everything. */
    void finish() {
        for (int round = 0; round < MOST_ROUNDS && !cluster.nodes.stream().allMatch(this::isAllTold); round++) {
            cluster.pass(ROUND_NS);
            cluster.nodes.forEach(this::poll);
        }
        for (SimulatedNode each : cluster.nodes) {
            Violation.check(
                    isAllTold(each),
                    Check.LIVENESS,
                    () -> "node " + each.number + " does not tell what stands from index " + nextIndex(each)
                            + " on, and has applied up to " + each.engine().appliedIndex());
        }
    }

    private boolean isAllTold(SimulatedNode node) {
        boolean isToTell = node.isRunning() && node.engine().isWhole();
        return !isToTell || nextIndex(node) > node.engine().appliedIndex();
    }

    private long nextIndex(SimulatedNode node) {
        Following following = all.get(node.engine());
        return following == null || following.follower == null ? 0 : following.follower.nextIndex();
    }
}
