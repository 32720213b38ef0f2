package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Fork;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.replica.OrphanReport;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.node.Durability;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sees everything that happens in a simulated cluster at once, and checks what must hold at every step. */
final class Oracle {
    /** What is known of one node over all its processes. */
    private static final class Watched {
        private Identity identity = Identity.NONE;
        private Term term = new Term(0, 0);
        private long commit;
        private long commitEpoch;
        private long boot;
        private long seenIndex;
        private long seenFlushedIndex;
        private boolean isRecovering;
        private long toldIndex;
        private Ack toldLevel = Ack.NONE;
        private Config config;
        private Config configBefore;
    }

    /** Who has, or had, a frame while it counted: a bit for each identity. */
    private static final class Copies {
        private long appended;
        private long flushed;
    }

    private record Reign(long epoch, long term) {}

    private final SimulatedCluster cluster;
    private final Map<SimulatedNode, Watched> watched = new HashMap<>();
    private final Map<Reign, Integer> primaries = new HashMap<>();
    private final Map<Long, History> histories = new HashMap<>();
    private final Map<FrameRef, Copies> copies = new HashMap<>();
    private final Map<Long, List<Fork>> lineages = new HashMap<>();
    private final Map<Identity, Integer> ordinals = new HashMap<>();
    private final Map<Long, Integer> checksums = new HashMap<>();
    private long acknowledged;
    private long committedFrames;
    private ClusterId clusterId = ClusterId.UNBORN;

    Oracle(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    private Watched of(SimulatedNode node) {
        return watched.computeIfAbsent(node, key -> new Watched());
    }

    long acknowledged() {
        return acknowledged;
    }

    long committedFrames() {
        return committedFrames;
    }

    /** @return what is committed in an epoch; nothing yet if nobody has said */
    History history(long epoch) {
        return histories.computeIfAbsent(epoch, History::new);
    }

    // ---- a node's life

    void onStarted(SimulatedNode node) {
        Watched watch = of(node);
        if (!watch.identity.equals(node.replica().identity())) {
            forget(watch);
            watch.identity = node.replica().identity();
        }
        Violation.check(
                node.started().decision() != StartDecision.SET_ASIDE_DAMAGE
                        || cluster.plan.has(FaultKind.DAMAGE)
                        || cluster.hasForked(), // whoever yields gives up its snapshots before its log
                Check.DAMAGE,
                () -> "node " + node.number + " takes its log for damaged, and nothing ever was");
        checkTerm(node, watch);
        watch.seenIndex = 0;
        watch.seenFlushedIndex = 0;
        watch.toldIndex = 0;
        watch.toldLevel = Ack.NONE;
        onTurn(node);
        onFlushed(node);
        onCommitted(node, node.replica().commitIndex());
    }

    private static void forget(Watched watch) {
        watch.term = new Term(0, 0);
        watch.commit = 0;
        watch.commitEpoch = 0;
    }

    void onWiped(SimulatedNode node) {
        forget(of(node));
        of(node).config = null;
        of(node).configBefore = null;
    }

    /** Another cluster is born from the same nodes. */
    void onSetUpAnew() {
        Violation.check(
                histories.values().stream().allMatch(each -> each.lastIndex() <= 1),
                Check.NOTHING_LOST,
                "all that was committed is lost");
        histories.clear();
        cluster.workload.onSetUpAnew();
        clusterId = ClusterId.UNBORN;
        primaries.clear();
        checksums.clear();
    }

    void onPowerCut(SimulatedNode node) {
        of(node).commit = 0;
    }

    /** Something of it can no longer be read: what it had is not there any more. */
    void onDamaged(SimulatedNode node) {
        of(node).seenFlushedIndex = 0;
    }

    /** The node's log ends at an index now, or begins there. */
    void onCut(SimulatedNode node, long index) {
        Watched watch = of(node);
        watch.commit = index == 0 ? 0 : watch.commit; // it has yielded, and begins anew
        watch.seenIndex = Math.min(watch.seenIndex, index);
        watch.seenFlushedIndex = Math.min(watch.seenFlushedIndex, index);
    }

    void onConfig(SimulatedNode node, Config config) {
        Watched watch = of(node);
        Violation.check(
                clusterId.isPresent() || isBornOfAll(config),
                Check.ONE_CLUSTER,
                () -> "node " + node.number + " founds a cluster of " + config.members()
                        + ", and others were meant too");
        clusterId = clusterId.isPresent() ? clusterId : config.clusterId();
        Violation.check(
                config.clusterId().equals(clusterId),
                Check.ONE_CLUSTER,
                () -> "node " + node.number + " is of cluster " + config.clusterId() + ", and there is cluster "
                        + clusterId);
        if (!config.lineage().isEmpty()) {
            cluster.onForked();
        }
        lineages.put(config.epoch(), config.lineage());
        watch.configBefore = watch.config;
        watch.config = config;
        if (!histories.containsKey(config.epoch()) && !config.lineage().isEmpty()) {
            Fork fork = forkOfTheLog(config.lineage());
            histories.put(
                    config.epoch(),
                    history(fork.epoch())
                            .forked(config.epoch(), node.disk, fork.last().index()));
        }
    }

    /** Whoever had gone over to an epoch, and got nothing of it, founds another one on a log of the epoch before. */
    private static Fork forkOfTheLog(List<Fork> lineage) {
        FrameRef last = lineage.get(lineage.size() - 1).last();
        return lineage.stream()
                .filter(each -> each.last().equals(last))
                .findFirst()
                .orElseThrow();
    }

    private boolean isBornOfAll(Config config) {
        return cluster.plan.founders().stream()
                .allMatch(each -> each.kind() == MemberKind.OBSERVER || config.at(each.node()) != null);
    }

    // ---- what holds after every turn

    void onTurn(SimulatedNode node) {
        if (!node.isRunning()) {
            return;
        }
        Watched watch = of(node);
        checkTerm(node, watch);
        boolean isWholeNow = watch.isRecovering && !node.replica().isRecovering();
        watch.isRecovering = node.replica().isRecovering();
        if (isWholeNow) {
            watch.seenIndex = 0; // from now on all that it has counts
            watch.seenFlushedIndex = 0;
            onFlushed(node);
        }
        noteCopies(node);
    }

    /** What the node has appended so far in this turn, and may have acknowledged, also if it fails before the turn ends. */
    void noteCopies(SimulatedNode node) {
        Watched watch = of(node);
        long bit = watch.isRecovering ? 0 : bitOf(node.replica().identity());
        FrameRef last = node.disk.last();
        for (long index = watch.seenIndex + 1; index <= last.index(); index++) {
            FrameRef frame = node.disk.holding(index);
            if (frame != null) {
                checkFrame(node, frame);
                checkTime(node, frame);
                copies.computeIfAbsent(frame, key -> new Copies()).appended |= bit;
                index = frame.index();
            }
        }
        watch.seenIndex = last.index();
    }

    private long bitOf(Identity identity) {
        int ordinal = ordinals.computeIfAbsent(identity, key -> ordinals.size());
        Invariant.check(ordinal < Long.SIZE, "more identities than bits");
        return 1L << ordinal;
    }

    private void checkTerm(SimulatedNode node, Watched watch) {
        Term term = node.replica().term();
        Violation.check(
                term.compareTo(watch.term) >= 0,
                Check.MONOTONIC,
                () -> "node " + node.number + " went back from term " + watch.term + " to " + term);
        Violation.check(
                isOfLineage(watch.term.epoch(), term.epoch()),
                Check.LINEAGE,
                () -> "node " + node.number + " went from term " + watch.term + " to " + term
                        + ", which is of another branch");
        watch.term = term;
    }

    /** Also by way of an epoch between them: a founder that got nothing of its own epoch may not know all before it. */
    private boolean isOfLineage(long epoch, long next) {
        return epoch == 0
                || epoch == next
                || lineages.getOrDefault(next, List.of()).stream().anyMatch(fork -> isOfLineage(epoch, fork.epoch()));
    }

    private void checkFrame(SimulatedNode node, FrameRef frame) {
        if (cluster.hasForked() || node.replica().role() == Role.UNBORN) {
            return; // a frame that founds a cluster, and was lost before anybody was told, is made anew; two epochs of
            // one parent may use one number for a term
        }
        long key = frame.index() * 1_000_003L + frame.term();
        Integer known = checksums.putIfAbsent(key, frame.crc());
        Violation.check(
                known == null || known == frame.crc(),
                Check.ONE_FRAME,
                () -> "node " + node.number + " holds " + frame
                        + ", but there is another frame of that index and term");
    }

    /** Whatever the clocks show, timers never see time go back (PROTOCOL J). */
    private void checkTime(SimulatedNode node, FrameRef frame) {
        long baseIndex = node.disk.base().index();
        FrameRef before = frame.index() > baseIndex ? node.disk.before(frame) : FrameRef.ORIGIN;
        boolean areBothHere = before.index() > baseIndex
                && node.disk.isReadable(before.index())
                && node.disk.isReadable(frame.index());
        if (areBothHere) {
            long beforeNs = node.disk.clusterTimeNs(before.index());
            long timeNs = node.disk.clusterTimeNs(frame.index());
            Violation.check(
                    timeNs >= beforeNs,
                    Check.CLUSTER_TIME,
                    () -> "node " + node.number + " holds " + frame + " with time " + timeNs + " behind time "
                            + beforeNs);
        }
    }

    void onFlushed(SimulatedNode node) {
        Watched watch = of(node);
        long bit = watch.isRecovering ? 0 : bitOf(node.replica().identity());
        long durable = node.disk.durableIndex();
        long from = Math.max(node.disk.base().index(), watch.seenFlushedIndex);
        watch.seenFlushedIndex = durable;
        for (long index = from + 1; index <= durable; index++) {
            FrameRef frame = node.disk.holding(index);
            if (frame != null) {
                copies.computeIfAbsent(frame, key -> new Copies()).flushed |= bit;
                index = frame.index();
            }
        }
    }

    // ---- what a node says

    void onRole(SimulatedNode node, Role role, Term term) {
        if (role != Role.PRIMARY) {
            return;
        }
        Integer other = primaries.putIfAbsent(new Reign(term.epoch(), term.number()), node.number);
        Violation.check(
                other == null || other == node.number,
                Check.ONE_PRIMARY,
                () -> "nodes " + other + " and " + node.number + " are both primary in term " + term);
        FrameRef committed = history(term.epoch()).lastBefore(term.number());
        boolean holds =
                committed.index() == 0 || node.disk.base().index() > committed.index() || node.disk.holds(committed);
        Violation.check(
                holds,
                Check.PRIMARY_HOLDS_ALL,
                () -> "node " + node.number + " is primary of term " + term + ", and its log, which ends with "
                        + node.disk.last() + ", lacks " + committed + ", which is committed");
    }

    void onCommitted(SimulatedNode node, long commit) {
        if (!node.isRunning()) {
            return; // it is told again once the process has started
        }
        Watched watch = of(node);
        long epoch = node.replica().term().epoch();
        boolean isSame = watch.boot == node.disk.boot() && watch.commitEpoch == epoch;
        boolean isAllThatIsLeft = // whoever is asked to found an epoch gives up what it has lost, before the epoch is
                // born
                cluster.wasPromotionAsked()
                        && commit >= node.disk.last().index() - 1; // but for the frame that founds it
        Violation.check(
                !isSame || commit >= watch.commit || isAllThatIsLeft,
                Check.MONOTONIC,
                () -> "the commit index of node " + node.number + " went back from " + watch.commit + " to " + commit);
        watch.boot = node.disk.boot();
        watch.commit = commit;
        watch.commitEpoch = epoch;
        History history = history(epoch);
        long held = Math.min(commit, node.disk.last().index());
        for (long index = history.lastIndex() + 1; index <= held; index++) {
            FrameRef frame = node.disk.holding(index);
            if (frame == null) {
                return;
            }
            history.add(frame, node.replica().term().number());
            committedFrames++;
            index = frame.index();
        }
        FrameRef here = node.disk.holding(held);
        FrameRef known = history.holding(held);
        Violation.check(
                here == null || known == null || known.equals(here) || here.index() > held,
                Check.ONE_HISTORY,
                () -> "node " + node.number + " holds " + here + " to be committed, where " + known + " is");
    }

    void onAcknowledged(SimulatedNode node, long index, Ack reached) {
        Watched watch = of(node);
        FrameRef frame = node.disk.holding(index);
        if (reached == Ack.NONE || frame == null) {
            return;
        }
        boolean isOnOwnDevice = node.disk.durableIndex() >= index;
        Violation.check(
                isOnOwnDevice || (reached != Ack.LOCAL_FLUSHED && reached != Ack.ALL_FLUSHED),
                Check.COPIES,
                () -> "node " + node.number + " acknowledged " + frame + " at level " + reached
                        + ", and has not flushed it itself");
        acknowledged++;
        watch.toldIndex = Math.max(watch.toldIndex, index);
        watch.toldLevel = reached.compareTo(watch.toldLevel) > 0 ? reached : watch.toldLevel;
        onTurn(node);
        if (reached.compareTo(Ack.QUORUM_APPENDED) >= 0) {
            History history = history(watch.config.epoch());
            Violation.check(
                    frame.equals(history.holding(index)),
                    Check.NOTHING_LOST,
                    () -> "node " + node.number + " acknowledged " + frame + " as committed, and it is not");
            checkCopies(node, watch, frame, reached);
        }
    }

    /** A submitter was told of an index by a reply, which the replica may not know. */
    void onTold(SimulatedNode node, long index, long term, Ack reached) {
        FrameRef frame = node.disk.holding(index);
        if (frame != null && frame.term() == term) {
            Watched watch = of(node);
            watch.toldIndex = Math.max(watch.toldIndex, index);
            watch.toldLevel = reached.compareTo(watch.toldLevel) > 0 ? reached : watch.toldLevel;
        }
    }

    private void checkCopies(SimulatedNode node, Watched watch, FrameRef frame, Ack reached) {
        boolean isFlushed = reached == Ack.QUORUM_FLUSHED
                || reached == Ack.ALL_FLUSHED
                || watch.config.durability() == Durability.FLUSHED;
        boolean holds = areEnough(node, watch.config, frame, isFlushed)
                || (watch.configBefore != null && areEnough(node, watch.configBefore, frame, isFlushed));
        Violation.check(
                holds,
                Check.COPIES,
                () -> "node " + node.number + " acknowledged " + frame + " at level " + reached
                        + ", and so many copies never existed");
    }

    private boolean areEnough(SimulatedNode node, Config config, FrameRef frame, boolean isFlushed) {
        Copies held = copies.getOrDefault(frame, new Copies());
        onFlushed(node);
        long mask = isFlushed ? held.flushed : held.appended;
        int count = 0;
        for (Member each : config.dataNodes()) {
            boolean isInSnapshot = cluster.node(each.node()).disk.base().index() >= frame.index();
            count += isInSnapshot || (mask & bitOf(each.identity())) != 0 ? 1 : 0;
        }
        boolean isAlone =
                config.hasWitness() && (held.flushed & bitOf(node.replica().identity())) != 0;
        int needed = config.hasWitness() ? config.dataNodes().size() : config.majority();
        return count >= needed || isAlone;
    }

    void onApplied(SimulatedNode node, long index, long hash) {
        Watched watch = of(node);
        boolean isCommitted = watch.commitEpoch == watch.term.epoch() && index <= watch.commit;
        if (!isCommitted) {
            return;
        }
        Long known = history(watch.commitEpoch).state(index, hash);
        Violation.check(
                known == null || known == hash,
                Check.SAME_STATE,
                () -> "node " + node.number + " has another state than others after index " + index);
    }

    void onOrphaned(SimulatedNode node, OrphanReport report) {
        Watched watch = of(node);
        boolean wasTold = node.isRunning() // while it starts it has told nobody anything
                && watch.toldIndex >= report.firstIndex()
                && watch.toldIndex <= report.lastIndex();
        Violation.check(
                !wasTold || (report.acknowledged() >= watch.toldIndex && report.level() != Ack.NONE),
                Check.REPORTED_LOSS,
                () -> "node " + node.number + " told a submitter of index " + watch.toldIndex + ", and reports "
                        + report.acknowledged());
        watch.toldIndex = Math.min(watch.toldIndex, report.firstIndex() - 1); // what comes there now is another thing
    }

    // ---- what a read must see

    /** @return what a read that begins now at a node must see at least */
    long readFloor(SimulatedNode node) {
        return history(node.replica().term().epoch()).lastIndex();
    }

    /** @return whether the configuration that the node knows names it as one that keeps the log and counts */
    static boolean isNamedVoter(SimulatedNode node, Config config) {
        Member member = config == null ? null : config.at(node.number);
        return member != null
                && member.kind() != MemberKind.OBSERVER
                && member.identity().equals(node.replica().identity());
    }
}
