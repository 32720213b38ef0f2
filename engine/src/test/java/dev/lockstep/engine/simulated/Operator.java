package dev.lockstep.engine.simulated;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.ActRefused;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.storage.FrameRef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** What a person does to a cluster: sometimes at bad moments, and in the end what it needs to be whole again. */
final class Operator {
    private static final long ROUND_NS = 200_000_000;
    private static final int ROUNDS = 600;
    private static final int ROUNDS_WITHOUT_PRIMARY = 25;
    private static final int ROUNDS_IN_DOUBT = 40;
    private static final long SETTLING_NS = 1_500_000_000;
    private static final long COMMITTING_NS = 3_000_000_000L;
    /** How long it is calm; for the first part of it, until all has settled. */
    static final long CALM_NS = SETTLING_NS + COMMITTING_NS;

    private final SimulatedCluster cluster;
    private int livenessVerdicts;
    private final SplittableRandom random;
    final Promoter promoter;
    /** The numbers of those who have lost something. */
    private final Set<Integer> hurt = new LinkedHashSet<>();

    Operator(SimulatedCluster cluster, SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
        this.promoter = new Promoter(cluster, this);
    }

    void begin() {
        boolean isNeeded = cluster.plan.has(FaultKind.MEMBERSHIP)
                || cluster.plan.has(FaultKind.LOST_DISKS)
                || cluster.plan.has(FaultKind.DAMAGED_BALLOTS)
                || cluster.plan.has(FaultKind.SET_BACK_DISKS)
                || cluster.plan.has(FaultKind.CLONED_DISKS);
        if (!isNeeded) {
            return;
        }
        cluster.time.in(500_000_000 + random.nextLong(1_000_000_000), () -> {
            SimulatedNode primary = primary();
            if (primary != null && random.nextBoolean()) {
                readmit(primary);
            }
            begin();
        });
    }

    /** @return the living primary of the latest term that anybody acts in; null if there is none */
    SimulatedNode primary() {
        SimulatedNode best = null;
        for (SimulatedNode each : cluster.nodes) {
            boolean isPrimary =
                    each.isRunning() && !each.isPaused() && each.replica().role() == Role.PRIMARY;
            if (isPrimary
                    && (best == null
                            || each.replica().term().compareTo(best.replica().term()) > 0)) {
                best = each;
            }
        }
        return best;
    }

    // ---- at bad moments

    void act(SimulatedNode node, Runnable act) {
        if (!node.isRunning()) {
            return; // it died in the act before
        }
        node.guarded(() -> {
            try {
                act.run();
            } catch (ActRefused e) {
                cluster.trace(node.number, "refused", e.getMessage().hashCode());
            }
        });
    }

    void changeSomething(SplittableRandom ofKind) {
        SimulatedNode primary = primary();
        if (primary == null) {
            return;
        }
        Replica replica = primary.replica();
        int node = 1 + ofKind.nextInt(cluster.nodes.size());
        switch (ofKind.nextInt(4)) {
            case 0 ->
                act(primary, () -> replica.acts().setMode(ofKind.nextBoolean() ? Mode.ASYNC : cluster.plan.mode()));
            case 1 -> {
                boolean keepsEnough = replica.config().dataNodes().size() > 2 || isObserver(replica.config(), node);
                if (keepsEnough && node != primary.number) {
                    act(primary, () -> replica.acts().remove(node, false));
                }
            }
            default -> readmit(primary);
        }
    }

    private static boolean isObserver(Config config, int node) {
        return config.at(node) != null && config.at(node).kind() == MemberKind.OBSERVER;
    }

    void transfer(SplittableRandom ofKind) {
        SimulatedNode primary = primary();
        int to = 1 + ofKind.nextInt(cluster.nodes.size());
        if (primary != null && to != primary.number) {
            act(primary, () -> primary.replica().acts().transfer(to));
        }
    }

    /** @return whether a node may lose what it holds: never so many at once that nobody is left who could tell */
    boolean mayLose(SimulatedNode node) {
        hurt.removeIf(each -> cluster.node(each).isRunning() && isWholeAgain(cluster.node(each)));
        Config config = newestConfig();
        if (config == null || cluster.oracle.committedFrames() < 10) {
            return false;
        }
        FrameRef committed = cluster.oracle.history(config.epoch()).last();
        boolean isElsewhere = cluster.nodes.stream()
                .anyMatch(each -> each != node
                        && !hurt.contains(each.number)
                        && each.isRunning()
                        && Oracle.isNamedVoter(each, config)
                        && each.disk.firstDamagedIndex() == 0
                        && each.disk.holds(committed)
                        && !Drifts.isTainted(each));
        if (!isElsewhere) {
            return false;
        }
        int copies = config.dataNodes().size();
        boolean mayLose = hurt.contains(node.number) ? copies > 1 : hurt.size() < (copies == 2 ? 1 : (copies - 1) / 2);
        if (mayLose) {
            hurt.add(node.number);
        }
        return mayLose;
    }

    private boolean isWholeAgain(SimulatedNode node) {
        Replica replica = node.replica();
        if (cluster.setBacks.isForgetful(node) || isRefused(node)) {
            return false;
        }
        boolean holdsAll = replica.role() == Role.WITNESS
                || node.disk.last().index()
                        >= cluster.oracle.history(replica.term().epoch()).lastIndex();
        return !replica.isRecovering()
                && !Drifts.isTainted(node)
                && Oracle.isNamedVoter(node, replica.config())
                && node.disk.firstDamagedIndex() == 0
                && holdsAll;
    }

    // ---- what a good one does

    /** Takes in whoever is there and does not count: with another disk, removed, or only an observer. */
    private void readmit(SimulatedNode primary) {
        Config config = primary.replica().config();
        for (SimulatedNode each : cluster.nodes) {
            if (each == primary || !each.isRunning()) {
                continue;
            }
            if (primary.refuses(each.number)) {
                replace(each);
                continue;
            }
            Member member = config.at(each.number);
            MemberKind meant = cluster.plan.founders().get(each.number - 1).kind();
            if (member == null) {
                MemberKind first = meant == MemberKind.VOTER ? MemberKind.OBSERVER : meant;
                Member added =
                        new Member(each.number, each.replica().identity(), first, cluster.plan.addressOf(each.number));
                act(primary, () -> primary.replica().acts().add(added));
            } else if (!member.identity().equals(each.replica().identity())) {
                act(primary, () -> primary.replica().acts().remove(each.number, true));
            } else if (member.kind() == MemberKind.OBSERVER && meant == MemberKind.VOTER) {
                act(primary, () -> primary.replica().acts().makeVoter(each.number));
            }
        }
    }

    /** The node is told to be set back: it gets another disk, and is another one. */
    private void replace(SimulatedNode node) {
        boolean isSafe = cluster.isHealing(); // what it has counts for nothing, and nobody else loses anything now
        if (isSafe || mayLose(node)) {
            node.wipe();
            node.start();
        }
    }

    /**
     * Checks that a quorum which is whole and connected commits within a while, also without those who are one too few to be
     * one; nothing more goes wrong meanwhile.
     */
    void watchLiveness(SplittableRandom ofCalm, Runnable then) {
        for (SimulatedNode each : cluster.nodes) {
            each.resume();
            each.disk.device().settle();
            if (!each.isWithdrawn) {
                each.start();
            }
        }
        cluster.time.in(SETTLING_NS, () -> {
            // who says otherwise than the primary may be all that keeps it from bringing a third one its state
            boolean isDue = isElectable(0) && !cluster.isHealing() && !cluster.drifts.isAnyLeft();
            List<SimulatedNode> stopped = isDue && ofCalm.nextBoolean() ? stopMinority(ofCalm) : List.of();
            long before = cluster.oracle.committedFrames();
            cluster.time.in(COMMITTING_NS, () -> {
                if (isDue && isElectable(stopped.size()) && !cluster.isHealing()) {
                    livenessVerdicts++;
                    Violation.check(
                            cluster.oracle.committedFrames() > before,
                            Check.LIVENESS,
                            () -> "a quorum is whole and connected, and nothing is committed: " + describe());
                }
                for (SimulatedNode each : stopped) {
                    each.isHeldDown = false;
                    each.start();
                }
                then.run();
            });
        });
    }

    /** @return how often it was seen that a quorum commits */
    int livenessVerdicts() {
        return livenessVerdicts;
    }

    /** So many voters that the others are still a quorum go down; a witness elects nobody but whom it was told to. */
    private List<SimulatedNode> stopMinority(SplittableRandom ofCalm) {
        Config config = newestConfig();
        List<SimulatedNode> voters = new ArrayList<>();
        for (Member each : config.voters()) {
            voters.add(cluster.node(each.node()));
        }
        int mayStop = config.hasWitness() ? 0 : voters.size() - config.majority();
        List<SimulatedNode> stopped = new ArrayList<>();
        for (int i = 0; i < mayStop; i++) {
            SimulatedNode node = voters.remove(ofCalm.nextInt(voters.size()));
            node.isHeldDown = true;
            node.kill();
            stopped.add(node);
        }
        return stopped;
    }

    /** @return whether all voters of the present configuration are there and whole, but for some that were stopped */
    private boolean isElectable(int stopped) {
        Config config = newestConfig();
        if (config == null || cluster.hasForked()) {
            return false;
        }
        if (cluster.setBacks.isAnyForgetful() || isAnyRefused()) {
            return false; // until whoever was set back is somebody else
        }
        int whole = 0;
        for (SimulatedNode each : cluster.nodes) {
            boolean counts = each.isRunning()
                    && Oracle.isNamedVoter(each, config)
                    && !each.replica().isRecovering();
            whole += counts ? 1 : 0;
        }
        return whole == config.voters().size() - stopped;
    }

    private boolean isAnyRefused() {
        return cluster.nodes.stream().anyMatch(this::isRefused);
    }

    private boolean isRefused(SimulatedNode node) {
        return cluster.nodes.stream().anyMatch(other -> other.refuses(node.number));
    }

    /** @return the last one that anybody has */
    Config newestConfig() {
        Config newest = null;
        FrameRef last = FrameRef.ORIGIN;
        for (SimulatedNode each : cluster.nodes) {
            if (each.isRunning() && each.replica().config() != null) {
                FrameRef its = each.replica().last();
                boolean isNewer = its.term() > last.term() || (its.term() == last.term() && its.index() > last.index());
                if (newest == null || isNewer) {
                    newest = each.replica().config();
                    last = its;
                }
            }
        }
        return newest;
    }

    /** Does what is needed until all nodes are the same, or says that they do not come to be. */
    void converge() {
        int withoutPrimary = 0;
        for (int round = 0; round < ROUNDS; round++) {
            cluster.pass(ROUND_NS);
            cluster.nodes.forEach(SimulatedNode::start);
            SimulatedNode primary = primary();
            if (primary == null || primary.replica().isLonely()) {
                if (isRefusedForGood()) {
                    return;
                }
                withoutPrimary++;
                if (withoutPrimary % ROUNDS_WITHOUT_PRIMARY == 0) {
                    promoter.promoteSomebody();
                }
                continue;
            }
            withoutPrimary = 0;
            if (haveConverged(primary)) {
                return;
            }
            replaceForked(primary);
            insistOn(primary);
            readmit(primary);
            cluster.nodes.forEach(cluster.drifts::rebuildIfFound);
            if (round % ROUNDS_IN_DOUBT == ROUNDS_IN_DOUBT - 1) {
                replaceDrifted(primary);
                settle(primary);
            }
        }
        boolean wasFoundedInDoubt = cluster.drifts.planted() > 0 && cluster.wasPromotionAsked();
        if (wasFoundedInDoubt || (cluster.drifts.isAnyLeft() && !cluster.drifts.areMostRight())) {
            throw new OutsideTheModel("an epoch is founded while somebody is wrong, or most voters are");
        }
        throw new Violation(Check.CONVERGENCE, "the nodes do not come to be the same: " + describe());
    }

    /** A node that is alone and has lost something refuses to start: a person restores it from a backup. */
    private boolean isRefusedForGood() {
        if (cluster.plan.voters() > 1 || cluster.plan.hasWitness()) {
            return false;
        }
        Throwable failure = cluster.node(1).failure;
        return failure instanceof dev.lockstep.storage.StorageException.Damaged;
    }

    /** Its disk was set back, and others have made it primary, or a person has, for it had the best log of those left. */
    private void insistOn(SimulatedNode primary) {
        for (SimulatedNode each : cluster.nodes) {
            if (each.refuses(primary.number)) {
                each.kill();
                each.start();
            }
        }
    }

    /** Whoever is of another branch than the primary, and cannot yield to it, is set up anew. */
    private void replaceForked(SimulatedNode primary) {
        Config config = primary.replica().config();
        for (SimulatedNode each : cluster.nodes) {
            if (!each.isRunning() || each == primary) {
                continue;
            }
            long epoch = each.replica().term().epoch();
            boolean isAncestor = config.lineage().stream().anyMatch(fork -> fork.epoch() == epoch);
            boolean isOfOther = epoch != config.epoch()
                    && !isAncestor
                    && each.replica().term().epoch() != 0;
            boolean isSetUpAnew = isOfOther && random.nextInt(10) == 0;
            if (isSetUpAnew) {
                each.wipe();
                each.start();
            }
        }
    }

    /**
     * Nodes that cannot agree bring nobody their states: a person looks who is wrong, and sets that one up anew. Whoever was
     * found out needs a snapshot of one that is right, at most.
     */
    private void replaceDrifted(SimulatedNode primary) {
        for (SimulatedNode each : cluster.nodes) {
            if (!Drifts.isTainted(each)) {
                continue;
            }
            if (each.engine().hasFoundDrift()) {
                act(primary, () -> Snapshotting.take(primary, random));
            } else if (each == primary) {
                cluster.nodes.stream()
                        .filter(other -> !Drifts.isTainted(other))
                        .forEach(other ->
                                act(primary, () -> primary.replica().acts().transfer(other.number)));
            } else {
                each.wipe();
                each.start();
            }
        }
    }

    /** Nobody knows who is right, and this person decides it: the primary is. */
    private void settle(SimulatedNode primary) {
        boolean isToBeDecided = cluster.plan.isEngine()
                && !Drifts.isTainted(primary)
                && primary.engine().isDisputed();
        if (isToBeDecided) {
            act(primary, () -> Snapshotting.take(primary, random));
            cluster.nodes.stream()
                    .filter(each -> each != primary && each.isRunning() && each.engine() != null)
                    .forEach(each -> each.engine().rebuild());
        }
    }

    private boolean haveConverged(SimulatedNode primary) {
        Replica replica = primary.replica();
        FrameRef last = replica.last();
        if (replica.commitIndex() != last.index()) {
            return false;
        }
        for (SimulatedNode each : cluster.nodes) {
            if (each == primary) {
                continue;
            }
            Member member = replica.config().at(each.number);
            MemberKind meant = cluster.plan.founders().get(each.number - 1).kind();
            boolean isIn = each.isRunning()
                    && member != null
                    && member.kind() == meant
                    && member.identity().equals(each.replica().identity());
            boolean isSame = isIn && (meant == MemberKind.WITNESS || isSame(each, primary));
            if (!isSame) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(SimulatedNode node, SimulatedNode primary) {
        Replica replica = node.replica();
        return replica.last().equals(primary.replica().last())
                && replica.commitIndex() == primary.replica().commitIndex()
                && !replica.isRecovering()
                && node.state().appliedIndex() == primary.state().appliedIndex()
                && node.state().hash() == primary.state().hash();
    }

    String describe() {
        StringBuilder all = new StringBuilder();
        for (SimulatedNode each : cluster.nodes) {
            all.append("\n    node ").append(each.number).append(": ");
            if (!each.isRunning()) {
                all.append("down, ").append(each.failure);
                continue;
            }
            Replica replica = each.replica();
            all.append(replica.role())
                    .append(" in ")
                    .append(replica.term())
                    .append(", log to ")
                    .append(replica.last())
                    .append(", committed to ")
                    .append(replica.commitIndex())
                    .append(replica.isRecovering() ? ", recovering" : "")
                    .append(", applied to ")
                    .append(each.state().appliedIndex())
                    .append(", identity ")
                    .append(replica.identity())
                    .append(", members ")
                    .append(
                            replica.config() == null
                                    ? "unknown"
                                    : replica.config().members());
        }
        return all.toString();
    }
}
