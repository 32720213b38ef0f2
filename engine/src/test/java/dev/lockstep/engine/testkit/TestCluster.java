package dev.lockstep.engine.testkit;

import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.simulated.PlayedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A whole cluster in one thread and in virtual time, around a state machine of the application's own: the engine's real
 * code, on simulated disks and a simulated network. A second of it takes some milliseconds. Nodes can be killed, paused and
 * cut off, by name or at random, and the same seed brings the same, step by step. Nodes are called {@code node1},
 * {@code node2} and so on. Commands may be 3,000 bytes long, replies 4,000. Used by one thread; no method blocks.
 *
 * <pre>{@code
 * TestCluster<Counter> cluster = TestCluster.of(3, Counter::new);
 * cluster.apply(five);
 * cluster.kill(cluster.primary());
 * cluster.apply(six);
 * cluster.awaitAgreement();
 * assertThat(cluster.stateMachine("node1").total()).isEqualTo(11);
 * }</pre>
 *
 * @param <S> the state machine
 */
public final class TestCluster<S extends StateMachine> {
    private static final long SLICE_NS = 1_000_000;
    private static final long PATIENCE_NS = Duration.ofSeconds(30).toNanos();
    private static final int FAULT_ONE_IN = 150;
    private static final long LONGEST_FAULT_NS = Duration.ofSeconds(1).toNanos();
    private static final int FIRST_SEED = 1;

    private final PlayedCluster cluster;
    private final List<String> names;
    private final SplittableRandom random;
    /** What is under way, by node, in the order in which it was submitted. */
    private final Map<Integer, List<SubmittedCommand>> underWay = new HashMap<>();
    /** When random faults end, by node. */
    private final Map<Integer, Long> faultyUntilNs = new HashMap<>();

    private final Set<Integer> cutOff = new HashSet<>();
    private boolean isDisturbed;

    private TestCluster(int nodes, Supplier<S> machines, long seed) {
        cluster = new PlayedCluster(nodes, machines, seed);
        random = new SplittableRandom(seed);
        names = IntStream.rangeClosed(1, nodes).mapToObj(each -> "node" + each).toList();
    }

    /**
     * Starts a cluster.
     *
     * @param nodes how many nodes, from 1 to 7
     * @param machines makes a state machine, each time the same; one for each start of a node
     * @param <S> the state machine
     * @return the cluster, whose nodes have been started and have no primary yet
     */
    public static <S extends StateMachine> TestCluster<S> of(int nodes, Supplier<S> machines) {
        return of(nodes, machines, FIRST_SEED);
    }

    /**
     * Starts a cluster in which another mix of chances is drawn.
     *
     * @param nodes how many nodes, from 1 to 7
     * @param machines makes a state machine, each time the same; one for each start of a node
     * @param seed decides whatever is left to chance
     * @param <S> the state machine
     * @return the cluster, whose nodes have been started and have no primary yet
     */
    public static <S extends StateMachine> TestCluster<S> of(int nodes, Supplier<S> machines, long seed) {
        if (nodes < 1 || nodes > 7) {
            throw new IllegalArgumentException("a cluster of " + nodes + " nodes; it may have from 1 to 7");
        }
        return new TestCluster<>(nodes, machines, seed);
    }

    /** @return the nodes' names */
    public List<String> names() {
        return names;
    }

    // ---- commands

    /**
     * Submits a command to the primary; for that, time passes until there is one.
     *
     * @param command its bytes, which are copied
     * @return the command, of which its submitter hears as time passes
     * @throws IllegalStateException if no node becomes primary, or takes it, within 30 virtual seconds
     */
    public SubmittedCommand submit(byte[] command) {
        UnsafeBuffer buffer = new UnsafeBuffer(command);
        long untilNs = cluster.nowNs() + PATIENCE_NS;
        while (cluster.nowNs() < untilNs) {
            int primary = cluster.primary();
            long id = primary == 0 ? -1 : cluster.submitter(primary).offer(buffer, 0, buffer.capacity());
            if (id == Submitter.TOO_LARGE) {
                throw new IllegalArgumentException("the command is longer than a test cluster takes: "
                        + buffer.capacity() + " bytes; try one of a few hundred");
            }
            if (id > 0) {
                SubmittedCommand submitted = new SubmittedCommand(id);
                underWay.computeIfAbsent(primary, key -> new ArrayList<>()).add(submitted);
                return submitted;
            }
            slice();
        }
        throw new IllegalStateException("no node has taken the command: do enough of them run, and hear each other?");
    }

    /**
     * Submits a command, and lets time pass until its submitter is told.
     *
     * @param command its bytes, which are copied
     * @return the command, with what became of it
     * @throws IllegalStateException if nobody takes it, or it is not told, within 30 virtual seconds
     */
    public SubmittedCommand apply(byte[] command) {
        SubmittedCommand submitted = submit(command);
        long untilNs = cluster.nowNs() + PATIENCE_NS;
        while (!submitted.isTold()) {
            if (cluster.nowNs() >= untilNs) {
                throw new IllegalStateException(
                        "nobody tells what became of the command: do enough nodes run, and hear each other?");
            }
            slice();
        }
        return submitted;
    }

    /** @return the name of the node that takes commands; empty if none does at present */
    public String primary() {
        return cluster.primary() == 0 ? "" : names.get(cluster.primary() - 1);
    }

    // ---- time

    /**
     * Lets virtual time pass.
     *
     * @param time how much
     */
    public void advance(Duration time) {
        long untilNs = cluster.nowNs() + time.toNanos();
        while (cluster.nowNs() < untilNs) {
            slice();
        }
    }

    private void slice() {
        if (isDisturbed) {
            disturbSome();
        }
        cluster.pass(SLICE_NS);
        underWay.forEach(this::poll);
    }

    private void poll(int node, List<SubmittedCommand> commands) {
        if (!commands.isEmpty() && cluster.isRunning(node)) {
            cluster.submitter(node).poll((id, reply) -> {
                SubmittedCommand oldest = commands.remove(0);
                if (oldest.id() != id) {
                    throw new AssertionError("command " + id + " is told where it is the turn of " + oldest.id());
                }
                oldest.onReply(reply);
            });
        }
    }

    // ---- faults

    /**
     * A node's process dies where it stands; its disk stays. Whoever waits for it to tell something is told
     * {@link dev.lockstep.engine.Outcome#UNKNOWN}.
     *
     * @param name the node
     */
    public void kill(String name) {
        int node = number(name);
        cluster.kill(node);
        List<SubmittedCommand> lost = underWay.remove(node);
        if (lost != null) {
            lost.forEach(SubmittedCommand::onDeath);
        }
    }

    /**
     * A node's process begins, with a new state machine that is given what the node has on its disk. Does nothing if it runs.
     *
     * @param name the node
     */
    public void restart(String name) {
        cluster.start(number(name));
    }

    /**
     * A node stands still, as in a long pause of its process, and goes on afterwards.
     *
     * @param name the node
     * @param time for how long
     */
    public void pause(String name, Duration time) {
        cluster.pause(number(name), time.toNanos());
    }

    /**
     * Cuts nodes off: they hear each other, and none of the others, until {@link #heal} or another partition.
     *
     * @param some their names
     */
    public void partition(String... some) {
        cutOff.clear();
        Arrays.stream(some).forEach(each -> cutOff.add(number(each)));
        cluster.cutOff(cutOff);
    }

    /** From now on, as time passes, nodes are killed and started again, paused and cut off at random, until {@link #heal}. */
    public void disturb() {
        isDisturbed = true;
    }

    /** Nothing goes wrong any more: all nodes run, and hear each other. */
    public void heal() {
        isDisturbed = false;
        faultyUntilNs.clear();
        cutOff.clear();
        cluster.heal();
    }

    private void disturbSome() {
        for (Iterator<Map.Entry<Integer, Long>> faults =
                        faultyUntilNs.entrySet().iterator();
                faults.hasNext(); ) {
            Map.Entry<Integer, Long> fault = faults.next();
            if (fault.getValue() <= cluster.nowNs()) {
                faults.remove();
                cluster.start(fault.getKey());
                cutOff.remove(fault.getKey());
                cluster.cutOff(cutOff);
            }
        }
        if (random.nextInt(FAULT_ONE_IN) == 0) {
            disturb(1 + random.nextInt(names.size()), 1 + random.nextLong(LONGEST_FAULT_NS));
        }
    }

    private void disturb(int node, long ns) {
        faultyUntilNs.put(node, cluster.nowNs() + ns);
        switch (random.nextInt(3)) {
            case 0 -> kill(names.get(node - 1));
            case 1 -> cluster.pause(node, ns);
            default -> {
                cutOff.add(node);
                cluster.cutOff(cutOff);
            }
        }
    }

    // ---- what has come of it

    /**
     * A node's state machine, to look at; what is done to it must be done by commands.
     *
     * @param name a node that runs
     * @return the state machine of its present process
     */
    @SuppressWarnings("unchecked") // whoever made them has made this one
    public S stateMachine(String name) {
        int node = number(name);
        if (!cluster.isRunning(node)) {
            throw new IllegalStateException(name + " does not run: restart it first");
        }
        return (S) cluster.machine(node);
    }

    /**
     * Ends all faults, and lets time pass until every node has applied the whole log. Then all states must be the same, byte
     * by byte.
     *
     * @throws AssertionError if they are not, or the nodes do not come that far within 30 virtual seconds
     */
    public void awaitAgreement() {
        heal();
        long untilNs = cluster.nowNs() + PATIENCE_NS;
        while (!cluster.isSettled() || isAnythingUnderWay()) {
            if (cluster.nowNs() >= untilNs) {
                throw new AssertionError("the nodes have not applied the same log in time");
            }
            slice();
        }
        byte[] first = cluster.state(1);
        for (int node = 2; node <= names.size(); node++) {
            if (!Arrays.equals(first, cluster.state(node))) {
                throw new AssertionError(
                        "node1 and node" + node + " have applied the same log, and have other states: the"
                                + " state machine is not deterministic, or does not save all that it has");
            }
        }
    }

    private boolean isAnythingUnderWay() {
        return underWay.values().stream().anyMatch(each -> !each.isEmpty());
    }

    private int number(String name) {
        int number = names.indexOf(name) + 1;
        if (number == 0) {
            throw new IllegalArgumentException("there is no node " + name + "; there are " + names);
        }
        return number;
    }
}
