package dev.lockstep.engine.simulated;

import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Member;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Lets the states of a few nodes become others than those of the rest, unseen by whoever submits or reads: only the state
 * machine's hash and its snapshots show it. Never more than the others can outvote. What must hold then: whoever drifted is
 * told so, nobody else is, and a wrong state never comes to another node.
 */
final class Drifts {
    private static final long MARK = 0xD21F_7ED0_0000_0000L;
    private static final long MARKED = 0xFFFF_FFFF_0000_0000L;

    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private long planted;
    private long found;

    Drifts(SimulatedCluster cluster, SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
    }

    /** @return how many were planted */
    long planted() {
        return planted;
    }

    /** @return how many processes found out that they had drifted */
    long found() {
        return found;
    }

    /** A fault: the state of a node becomes another one, or somebody sees to one that was found out. */
    void happen(SimulatedNode node) {
        if (random.nextBoolean()) {
            cluster.nodes.forEach(this::rebuildIfFound);
        } else if (mayDrift(node)) {
            planted++;
            long mark = MARK | (long) node.number << Short.SIZE | planted;
            node.engine().drift(mark);
            cluster.trace(node.number, "drifts", planted);
        }
    }

    /** Not where an operator founds epochs: one that drifted could be left alone in it, and then what it has is right. */
    private boolean mayDrift(SimulatedNode node) {
        return cluster.plan.isEngine()
                && node.isRunning()
                && cluster.plan.voters() > 2
                && node.number <= cluster.plan.voters()
                && !cluster.plan.has(FaultKind.PROMOTES)
                && !cluster.wasPromotionAsked()
                && cluster.operator.mayLose(node);
    }

    /** @return whether what a node has, or would load, is wrong */
    static boolean isTainted(SimulatedNode node) {
        return (node.engine() != null && node.engine().drift() != 0)
                || node.disk.snapshots().stream().anyMatch(each -> isMarked(node.disk.snapshotState(each.last())));
    }

    /** @return whether a node has a state that is wrong, or would load one */
    boolean isAnyLeft() {
        return planted > 0 && cluster.nodes.stream().anyMatch(Drifts::isTainted);
    }

    /** Whoever is right may have been removed, and nobody is left who could say so. */
    boolean areMostRight() {
        return areMostRightBut(null);
    }

    private boolean areMostRightBut(SimulatedNode taken) {
        Config config = cluster.operator.newestConfig();
        List<Member> voters = config == null ? List.of() : config.dataNodes();
        long right = voters.stream()
                .map(each -> cluster.node(each.node()))
                .filter(each -> each == taken || !isTainted(each))
                .count();
        return 2 * right > voters.size();
    }

    private static boolean isMarked(byte[] state) {
        for (int i = 0; i + Long.BYTES <= state.length; i++) {
            long there = 0;
            for (int j = Long.BYTES - 1; j >= 0; j--) {
                there = there << Byte.SIZE | (state[i + j] & 0xFF);
            }
            if ((there & MARKED) == MARK) {
                return true;
            }
        }
        return false;
    }

    /** A node's state was loaded, or it was told that it has drifted. */
    void check(SimulatedNode node, long drift, boolean isFoundNow) {
        int from = (int) ((drift - MARK) >>> Short.SIZE);
        if (drift != 0 && from != node.number && cluster.wasPromotionAsked()) {
            throw new OutsideTheModel("an epoch is founded on the state of node " + from + ", which is wrong");
        }
        if (drift != 0 && from != node.number && !areMostRightBut(node)) {
            throw new OutsideTheModel("most of the voters that are left are wrong");
        }
        Violation.check(
                drift == 0 || from == node.number,
                Check.DRIFT,
                () -> "node " + node.number + " has a state that became wrong at node " + from);
        Violation.check(
                drift != 0 || !isFoundNow,
                Check.DRIFT,
                () -> "node " + node.number + " is said to have drifted, and has not");
        found += isFoundNow ? 1 : 0;
    }

    /** What a person does who hears of it. */
    void rebuildIfFound(SimulatedNode node) {
        boolean isFound = node.isRunning()
                && !node.isPaused()
                && node.engine() != null
                && node.engine().hasFoundDrift();
        if (isFound && node.engine().rebuild()) {
            cluster.trace(node.number, "is rebuilt", 0);
        }
    }
}
