package dev.lockstep.engine.simulated;

import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * A cluster of real replicas in one thread and in virtual time, where everything that happens follows from a plan: on
 * disks and a network that fail as real ones do, and with an oracle that sees all of it at once.
 *
 * <pre>{@code
 * SimulatedCluster cluster = new SimulatedCluster(Plan.drawn(seed));
 * cluster.run();
 * }</pre>
 */
final class SimulatedCluster {
    static final long HEARTBEAT_NS = 20_000_000;
    static final long ELECTION_TIMEOUT_NS = 100_000_000;
    /** What wall clocks show when a simulation begins. */
    static final long BEGINNING_NS = 1_700_000_000_000_000_000L;

    private static final int MAX_REMARKS = 200;
    private static final long MOST_EVENTS = 2_000_000;

    final Plan plan;
    final VirtualTime time = new VirtualTime();
    final ClusterNetwork network;
    final Oracle oracle = new Oracle(this);
    final SetBacks setBacks = new SetBacks(this);
    final Drifts drifts;
    final Load workload;
    final Disturber disturber;
    final Operator operator;
    final List<SimulatedNode> nodes = new ArrayList<>();
    /** Processes of nodes in whose place there are others by now. */
    final List<SimulatedNode> older = new ArrayList<>();

    private final List<String> remarks = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final boolean isLogging;
    private boolean isHealing;
    private boolean hasForked;
    private boolean wasPromotionAsked;
    private boolean isOutsideTheModel;
    private long hash;

    SimulatedCluster(Plan plan) {
        this(plan, false);
    }

    /** @param isLogging whether it is to be told afterwards what happened */
    SimulatedCluster(Plan plan, boolean isLogging) {
        this(plan, isLogging, plan.isEngine() ? EngineLoad::new : Workload::new);
    }

    /** @param loads makes those who use it */
    SimulatedCluster(Plan plan, boolean isLogging, BiFunction<SimulatedCluster, SplittableRandom, Load> loads) {
        this.plan = plan;
        this.isLogging = isLogging;
        SplittableRandom random = new SplittableRandom(plan.seed() * 31 + 7);
        this.network =
                plan.isLinked() ? new LinkedNetwork(time, random.split()) : new FastNetwork(time, random.split());
        List<Founder> founders = plan.founders();
        for (Founder each : founders) {
            int priority = random.nextInt(4) == 0 ? random.nextInt(3) : 0;
            ReplicaSettings settings = new ReplicaSettings(
                    each.node(),
                    founders,
                    plan.mode(),
                    plan.durability(),
                    HEARTBEAT_NS,
                    ELECTION_TIMEOUT_NS,
                    priority,
                    2_000,
                    1);
            nodes.add(new SimulatedNode(this, each.node(), settings, random.split()));
        }
        workload = loads.apply(this, random.split());
        disturber = new Disturber(this, random.split());
        operator = new Operator(this, random.split());
        drifts = new Drifts(this, random.split());
    }

    SimulatedNode node(int number) {
        return nodes.get(number - 1);
    }

    /** Another process begins on a copy of a node's disk, and the one before lives on for a while. */
    void cloneDisk(SimulatedNode node, SplittableRandom ofClone) {
        setBacks.beforeClone(node);
        SimulatedNode clone = node.cloned(ofClone);
        nodes.set(node.number - 1, clone);
        older.add(node);
        clone.start();
    }

    /** The older process is over. */
    void endOlder(SimulatedNode node) {
        if (older.remove(node)) {
            setBacks.beforeEndOfTwin(node);
            node.kill();
        }
    }

    /** @return an engine for a process of a node; null if nodes are replicas alone */
    EngineProcess newEngine(SimulatedNode node) {
        return workload.newEngine(node);
    }

    boolean isHealing() {
        return isHealing;
    }

    /** @return whether an epoch was founded on another */
    boolean hasForked() {
        return hasForked;
    }

    void onForked() {
        hasForked = true;
    }

    /** @return whether an operator has asked for an epoch, founded or not */
    boolean wasPromotionAsked() {
        return wasPromotionAsked;
    }

    void onPromotionAsked() {
        setBacks.onPromote();
        wasPromotionAsked = true;
    }

    /** @return whether it ended early, for nothing more could be asked of the cluster */
    boolean isOutsideTheModel() {
        return isOutsideTheModel;
    }

    /** Everything from birth to the end, when all must have come to be the same. */
    void run() {
        try {
            nodes.forEach(SimulatedNode::start);
            workload.begin();
            disturber.begin();
            operator.begin();
            passTo(plan.faultyNs());
            isHealing = true;
            disturber.heal();
            pass(1_000_000_000);
            workload.end();
            operator.converge();
            workload.finish();
        } catch (OutsideTheModel e) {
            isOutsideTheModel = true;
            note(0, e::getMessage);
        } catch (RuntimeException e) {
            Violation violation = e instanceof Violation known
                    ? known
                    : new Violation(Check.INVARIANT, "an exception that nobody expects: " + e, e);
            violation.addSuppressed(
                    new RuntimeException("at " + time.nowNs() / 1_000_000 + " ms of " + plan, null, false, false) {
                        private static final long serialVersionUID = 1;
                    });
            throw violation;
        }
    }

    /** Lets everything happen that is due until then. */
    void passTo(long untilNs) {
        while (time.next(untilNs)) {
            Violation.check(time.asked() < MOST_EVENTS, Check.LIVENESS, "the nodes do nothing but talk");
        }
    }

    void pass(long ns) {
        passTo(time.nowNs() + ns);
    }

    // ---- what happened

    void trace(int node, String what, long value) {
        hash = (hash ^ (time.nowNs() + node * 1_000_003L + what.hashCode() * 31L + value)) * 0x9E3779B97F4A7C15L;
        if (isLogging) {
            log.add(String.format("%8.3f ms  node %d %s %d", time.nowNs() / 1e6, node, what, value));
        }
    }

    /** Only for whoever reads the log of a replay. */
    void note(int node, Supplier<String> what) {
        if (isLogging) {
            log.add(String.format("%8.3f ms  node %d %s", time.nowNs() / 1e6, node, what.get()));
        }
    }

    void remark(int node, String remark) {
        trace(node, "remark", remark.hashCode());
        if (isLogging) {
            log.add(String.format("%8.3f ms  node %d: %s", time.nowNs() / 1e6, node, remark));
        }
        if (remarks.size() < MAX_REMARKS) {
            remarks.add("node " + node + ": " + remark);
        }
    }

    List<String> log() {
        return log;
    }

    /** @return a number that two runs share only if the same happened in both */
    long traceHash() {
        return hash;
    }
}
