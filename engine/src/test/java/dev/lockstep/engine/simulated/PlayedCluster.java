package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Mode;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.storage.node.Durability;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A simulated cluster of engines around somebody's own state machine, with everything that is checked in simulations
 * checked here, too. Nodes are counted from 1. Used by one thread.
 */
public final class PlayedCluster {
    private final SimulatedCluster cluster;
    private final PlayedUsers users;

    /**
     * Starts all nodes.
     *
     * @param nodes how many
     * @param machines makes the state machine of each process
     * @param seed decides whatever is left to chance
     */
    public PlayedCluster(int nodes, Supplier<? extends StateMachine> machines, long seed) {
        Plan plan = new Plan(
                seed, nodes, false, 0, Mode.SYNC, Durability.APPENDED, EnumSet.noneOf(FaultKind.class), 0, false, true);
        cluster =
                new SimulatedCluster(plan, false, (simulated, random) -> new PlayedUsers(simulated, random, machines));
        users = (PlayedUsers) cluster.workload;
        cluster.nodes.forEach(SimulatedNode::start);
    }

    /** Lets time pass. */
    public void pass(long ns) {
        cluster.pass(ns);
    }

    /** @return the virtual time since the cluster was made */
    public long nowNs() {
        return cluster.time.nowNs();
    }

    /** @return the node that takes commands; zero if none does */
    public int primary() {
        SimulatedNode primary = cluster.operator.primary();
        return primary == null || !primary.engine().isOpen() ? 0 : primary.number;
    }

    /** @return whether its process runs */
    public boolean isRunning(int node) {
        return cluster.node(node).isRunning();
    }

    /** @return the submitter of a running process */
    public Submitter submitter(int node) {
        return users.submitter(cluster.node(node));
    }

    /** @return the state machine of the process that runs; null if none does */
    public StateMachine machine(int node) {
        return users.machine(cluster.node(node));
    }

    /** @return what the state machine of a running process saves now */
    public byte[] state(int node) {
        return cluster.node(node).engine().machineBytes();
    }

    /** Its process dies where it stands. */
    public void kill(int node) {
        cluster.node(node).kill();
    }

    /** Its process begins, if there is none. */
    public void start(int node) {
        cluster.node(node).start();
    }

    /** It stands still. */
    public void pause(int node, long ns) {
        cluster.node(node).pause(ns);
    }

    /** Those do not hear the others, nor the others them; all else hear each other. */
    public void cutOff(Set<Integer> some) {
        cluster.network.unblockAll();
        for (SimulatedNode one : cluster.nodes) {
            for (SimulatedNode other : cluster.nodes) {
                if (some.contains(one.number) != some.contains(other.number)) {
                    cluster.network.block(one.number, other.number);
                }
            }
        }
    }

    /** All run, and hear each other. */
    public void heal() {
        cluster.network.unblockAll();
        for (SimulatedNode each : cluster.nodes) {
            each.resume();
            each.start();
        }
    }

    /** @return whether all run, and have applied all that the primary has in its log */
    public boolean isSettled() {
        int primary = primary();
        if (primary == 0) {
            return false;
        }
        Replica leading = cluster.node(primary).replica();
        return cluster.nodes.stream()
                .allMatch(each -> each.isRunning()
                        && each.replica().last().equals(leading.last())
                        && each.engine().isWhole()
                        && each.engine().appliedIndex() == leading.last().index());
    }
}
