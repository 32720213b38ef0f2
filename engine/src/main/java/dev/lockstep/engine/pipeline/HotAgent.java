package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.observe.DutyCycleTracker;
import dev.lockstep.engine.observe.DutyPhase;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.FrameRef;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * The hot thread's duty, in the order of DESIGN 5: hear the others, take what was submitted, let the replica do what is due,
 * then apply. Nothing in it waits. What the driver brings is heard in the same turn, and what is said leaves before anything
 * else is done: whoever waits for it waits for that.
 */
final class HotAgent implements Agent, FrameFiller.Progress, ReplicaNews.Parts, RebuildDesk.Node {
    /** What {@link #doWork} returns when it has ended by itself. */
    static final int ENDED = -1;

    private static final int DRAINED = 4096;
    private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long NOWHERE = 0;

    /** What the hot thread works with, but for the replica, which is made on it. */
    record Parts(
            Ingress ingress,
            MemberLinks links,
            SubmitterLanes lanes,
            Awaited awaited,
            FillerLimits limits,
            NodeState state,
            ApplierPlace place,
            Applier applier,
            ReplicaNews news,
            NodeView view,
            NodeReport report,
            RoleListeners roles,
            ReadDesk reads,
            OperatorDesk operators,
            RebuildDesk rebuilds,
            OwnSnapshots ownSnapshots,
            SnapshotDesk snapshots,
            LogCompaction compaction,
            DutyCycleTracker tracker,
            Runnable flushNow,
            boolean isApplierAtHome) {}

    private final Parts parts;
    private final Function<HotAgent, Replica> maker;
    private final NanoClock clock;
    private final LongSupplier wallClockNs;
    /** Set by the flusher's thread. */
    private final AtomicBoolean isFlushed = new AtomicBoolean();
    /** Set by the applier's thread, where it cannot read. */
    private final AtomicLong damagedAt = new AtomicLong(NOWHERE);

    private long closingSinceNs;
    private Replica replica;
    private FrameFiller filler;
    private long nowNs;
    private long appended;

    /**
     * @param maker makes the replica, on the hot thread
     * @param clock measures time
     * @param wallClockNs says what time it is, in nanoseconds since 1970
     */
    HotAgent(Parts parts, Function<HotAgent, Replica> maker, NanoClock clock, LongSupplier wallClockNs) {
        this.parts = parts;
        this.maker = maker;
        this.clock = clock;
        this.wallClockNs = wallClockNs;
        this.nowNs = clock.nanoTime();
    }

    @Override
    public String roleName() {
        return "hot";
    }

    @Override
    public void onStart() {
        nowNs = clock.nanoTime();
        replica = maker.apply(this);
        filler = new FrameFiller(replica, parts.lanes, parts.awaited, this, parts.limits);
        parts.reads.serve(replica);
        parts.operators.serve(replica);
        parts.rebuilds.serve(this);
        parts.news.tell(this);
        parts.links.serve(replica);
        parts.report.onStart();
        replica.start();
        publish();
        parts.place.begin(replica.commitIndex());
    }

    @Override
    public int doWork() {
        nowNs = clock.nanoTime();
        parts.tracker.begin(nowNs);
        filler.proposeOwn();
        parts.links.depart();
        int work = parts.links.invoke() + parts.links.poll();
        hearOwnThreads();
        parts.links.depart();
        if (work > 0) {
            parts.tracker.enter(DutyPhase.LINKS, nowNs);
        }
        if (!parts.ingress.isEmpty()) {
            parts.tracker.enter(DutyPhase.INGRESS, clock.nanoTime());
        }
        long wallNs = wallClockNs.getAsLong();
        replica.onTime(nowNs, wallNs);
        int taken = filler.drain(parts.ingress, DRAINED);
        proposeTimer();
        parts.links.depart();
        if (filler.takeFlushAwaited()) {
            parts.flushNow.run();
        }
        if (taken > 0) {
            parts.tracker.enter(DutyPhase.REPLICA, clock.nanoTime());
        }
        replica.onTick(nowNs, wallNs);
        parts.links.depart(); // others wait for what is acknowledged; nobody else waits for what follows
        parts.operators.onTick(nowNs);
        parts.rebuilds.onTick(nowNs);
        parts.snapshots.onTick(nowNs);
        work += taken + parts.reads.onTick(nowNs);
        followConfig();
        publish();
        parts.compaction.onTurn(nowNs);
        if (parts.isApplierAtHome) {
            work += apply();
        }
        if (parts.state.isClosing() && isDrained()) {
            return ENDED;
        }
        return work;
    }

    /** No command may come that brings the time. */
    private void proposeTimer() {
        long deadlineNs = parts.applier.nextTimerNs();
        if (deadlineNs != Timers.NONE && parts.applier.failure() == null) {
            replica.proposeTimer(deadlineNs);
        }
    }

    private int apply() {
        long applyNs = nowNs;
        if (parts.place.left() > 0) {
            applyNs = clock.nanoTime();
            parts.tracker.enter(DutyPhase.APPLY, applyNs);
        }
        return parts.place.workAtHome(applyNs);
    }

    private void hearOwnThreads() {
        if (isFlushed.get() && isFlushed.getAndSet(false)) {
            replica.onFlushed();
        }
        if (damagedAt.get() != NOWHERE) {
            replica.onDamage(damagedAt.getAndSet(NOWHERE));
        }
    }

    private void followConfig() {
        Config config = parts.news.takeConfig();
        if (config != null) {
            parts.links.follow(config);
            parts.view.onConfig(config);
            parts.report.onChange();
        }
        if (parts.news.takeIntroduction()) {
            parts.links.introduceAs(replica.hello());
        }
    }

    private void publish() {
        if (replica.commitIndex() != parts.state.committed()) {
            parts.state.publishSkips(replica.skips(), replica.commitIndex());
        }
        parts.state.publish(replica.commitIndex(), replica.applicableIndex());
        parts.state.publishEpoch(replica.term().epoch()); // after: what is applied under its name is of it
        boolean isApplying = parts.applier.failure() == null;
        boolean isServing = replica.isOpen() && isApplying;
        parts.state.publishOpen(isServing && !parts.state.isClosing());
        if (!isApplying) { // after: whoever hears of it may submit again at once, and is to be refused
            parts.lanes.endSessions(committedIndex()); // nobody here will ever know what becomes of what is under way
        }
        parts.view.onTurn(replica);
        long last = parts.report.onTurn(replica, filler, nowNs);
        if (last != appended) {
            appended = last;
            if (replica.countsFlushedOnly()) {
                parts.flushNow.run();
            }
        }
    }

    /** Whatever was accepted is in the log, and applied; or that takes too long. */
    private boolean isDrained() {
        closingSinceNs = closingSinceNs == 0 ? nowNs : closingSinceNs;
        boolean isApplied = parts.ingress.isEmpty()
                && (parts.applier.appliedIndex() >= replica.last().index() || replica.role() != Role.PRIMARY);
        return isApplied || nowNs - closingSinceNs > DRAIN_NS;
    }

    /** Where the owner of this thread submits, without the ring. */
    Entrance entrance() {
        return filler;
    }

    /** Any thread. */
    void close() {
        parts.state.beginClose();
    }

    /** The flusher's thread. */
    void onFlushed() {
        isFlushed.set(true);
    }

    /** The applier's thread, and whoever else reads the log. */
    void onDamage(long index) {
        damagedAt.set(index);
    }

    /** Each of it is done, whatever the rest throws. */
    @Override
    public void onClose() {
        parts.state.close();
        CloseHelper.closeAll(
                () -> parts.roles.onRole(Role.CLOSED, parts.view.term()),
                this::endApplier,
                this::endReplica,
                () -> parts.reads.close(parts.view.failure()),
                () -> parts.operators.close(parts.view.failure()),
                () -> parts.rebuilds.close(parts.view.failure()),
                () -> parts.snapshots.close(parts.view.failure()),
                parts.links::close);
    }

    private void endApplier() {
        if (parts.isApplierAtHome) {
            parts.place.endAtHome();
        }
    }

    private void endReplica() {
        if (filler != null) {
            CloseHelper.closeAll(replica::close, () -> filler.onPrimary(false));
        }
    }

    // ---- what the parts hear

    @Override
    public long appliedIndex() {
        return parts.applier.appliedIndex();
    }

    @Override
    public long committedIndex() {
        return parts.state.committed();
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    @Override
    public Role role() {
        return replica.role();
    }

    @Override
    public boolean isOneOfSeveral() {
        return parts.view.isOneOfSeveral();
    }

    @Override
    public boolean isPrimaryKnown() {
        return replica.primary() >= 0;
    }

    @Override
    public boolean isFetchingSnapshot() {
        return replica.isFetchingSnapshot();
    }

    @Override
    public FrameRef fetchedSnapshot() {
        return replica.fetchedSnapshot();
    }

    @Override
    public void onPrimary(boolean isPrimary) {
        filler.onPrimary(isPrimary);
    }

    @Override
    public void onReadable(long id, long index) {
        parts.reads.onReadable(id, index);
    }

    @Override
    public void onTransferFailed(int successor) {
        parts.operators.onFailed(
                OperatorDesk.Aim.HANDED_OVER,
                "node " + successor + " did not take over in time; this node goes on as the primary");
    }

    @Override
    public void onPromotionFailed(String why) {
        parts.operators.onFailed(OperatorDesk.Aim.OTHER_EPOCH, why);
    }

    @Override
    public void onRole(Role role, Term term) {
        if (role == Role.CANDIDATE || role == Role.PRIMARY) {
            parts.ownSnapshots
                    .giveWay(); // how soon it can apply what is submitted must not hang on how large the state is
        }
        parts.view.onRole(role, term);
        parts.report.onChange();
        parts.roles.onRole(role, term.number());
    }
}
