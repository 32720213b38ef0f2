package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.FollowListener;
import dev.lockstep.engine.Follower;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.ReadResult;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.observe.DutyCycleTracker;
import dev.lockstep.engine.observe.EngineCounters;
import dev.lockstep.engine.observe.RoleReport;
import dev.lockstep.engine.observe.StandbyCounters;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaPorts;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;

/**
 * The whole pipeline of one process, driven by hand: {@link #turn} is the hot thread's, {@link #workBesides} that of
 * the others, and all is done by the thread that calls. It is put together as production does it, but for threads, files
 * and sockets.
 */
public final class PlayedPipeline {
    private static final int CLOSE_FRAME_BYTES = 1400;
    private static final long MAX_UNAPPLIED = 400;
    private static final long ACK_TIMEOUT_NS = 150_000_000;
    private static final int MAX_SUBMITTERS = 8;
    private static final int AWAITED = 64;
    private static final int COUNTERS_BYTES = 8 << 10;
    private static final Snapshot SNAPSHOTS = Snapshot.every(40);
    private static final int COMPACTION_MARGIN = 8;
    private static final long CHECKPOINT_NS = 100_000_000;

    private final PipelinePorts ports;
    private final NodeState state = new NodeState();
    private final SubmitterLanes lanes;
    private final Ingress ingress;
    private final StateSnapshots snapshots;
    private final OwnSnapshots own;
    private final Applier applier;
    private final ApplierPlace place;
    private final ReadDesk reads;
    private final RebuildDesk rebuilds;
    private final Followers followers;
    private final HotAgent hot;
    private final LocalSubmitter.Shared shared;
    private Replica replica;

    /** @param errors hears what a listener throws */
    public PlayedPipeline(PipelinePorts ports, Consumer<Throwable> errors) {
        this.ports = ports;
        PlayedLimits limits = ports.limits();
        lanes = new SubmitterLanes(MAX_SUBMITTERS, limits.window(), limits.maxReplyBytes(), () -> {});
        ingress = new Ingress(limits.slots());
        int self = ports.settings().node();
        ReplicaPorts replicaPorts = ports.replica();
        applier = new Applier(
                self,
                replicaPorts.journal(),
                this::newState,
                state,
                lanes,
                ports.applierClock(),
                index -> onDamage(index));
        MemoryState initial = new MemoryState(ports.machine(), 1);
        ServedReads served = new ServedReads(applier);
        SnapshotTurn turn = new SnapshotTurn(ports.clock(), 1);
        snapshots = new StateSnapshots(ports.snapshots(), turn);
        JournalRoom room = new JournalRoom(replicaPorts.journal(), JournalSettings.DEFAULT);
        own = new OwnSnapshots(
                SnapshotRule.of(SNAPSHOTS, JournalSettings.UNBOUNDED, 0),
                room,
                ports.snapshots(),
                turn,
                applier,
                state,
                ports.clock(),
                thrown -> {});
        place = new ApplierPlace(new ApplierPlace.Parts(
                applier,
                served,
                new Rebuilding(ports.snapshots(), snapshots, initial),
                own,
                snapshots,
                state,
                ports.clock(),
                () -> {}));
        CountersManager manager = newCounters();
        EngineCounters counters = new EngineCounters(manager);
        StandbyTable standbys = new StandbyTable(new StandbyCounters(manager), counters);
        NodeView view = new NodeView(new NodeView.Parts(
                "node" + self,
                self,
                counters,
                replicaPorts.journal(),
                ports.snapshots(),
                applier,
                state,
                standbys,
                List::of,
                ports.clock()));
        followers = new Followers(
                new Followers.Parts(replicaPorts.journal(), applier.state(), view, index -> onDamage(index)));
        RoleListeners roles =
                new RoleListeners(new CallbackTasks(Runnable::run, errors::accept, () -> {}), errors::accept);
        Awaited awaited = new Awaited(AWAITED);
        ReplicaNews news = new ReplicaNews(
                awaited, place, state, new RoleReport("node" + self, counters, task -> {}), remark -> {});
        reads = new ReadDesk(served);
        rebuilds =
                new RebuildDesk(place, applier, Runnable::run, ports.settings().heartbeatNs());
        MemberLinks links = new MemberLinks(self, ports.settings().founders(), ports.transport(), 1408, remark -> {});
        hot = new HotAgent(
                new HotAgent.Parts(
                        ingress,
                        links,
                        lanes,
                        awaited,
                        new FillerLimits(
                                CLOSE_FRAME_BYTES,
                                limits.maxCommandBytes(),
                                MAX_UNAPPLIED,
                                ACK_TIMEOUT_NS,
                                limits.sessions().renewalNs()),
                        state,
                        place,
                        applier,
                        news,
                        view,
                        new NodeReport(
                                counters,
                                replicaPorts.journal(),
                                applier,
                                state,
                                standbys,
                                new JournalAlarm(
                                        room,
                                        counters,
                                        thrown -> {},
                                        ports.clock().nanoTime()),
                                thrown -> {}),
                        roles,
                        reads,
                        new OperatorDesk(Runnable::run, message -> message),
                        rebuilds,
                        own,
                        new SnapshotDesk(own, ports.snapshots(), () -> false, standbys, applier, Runnable::run),
                        new LogCompaction(
                                replicaPorts.journal(),
                                ports.snapshots(),
                                applier,
                                room,
                                COMPACTION_MARGIN,
                                ports.clock().nanoTime()),
                        new DutyCycleTracker(ports.settings().heartbeatNs(), counters),
                        () -> {},
                        !ports.isPipelined()),
                agent -> newReplica(links, news),
                ports.clock(),
                ports.wallClockNs());
        shared = new LocalSubmitter.Shared(
                self,
                limits.window(),
                limits.maxCommandBytes(),
                state,
                replicaPorts.random(),
                () -> {},
                new CountedRefusals(counters),
                errors::accept);
    }

    private static CountersManager newCounters() {
        return new CountersManager(
                new UnsafeBuffer(ByteBuffer.allocateDirect(4 * COUNTERS_BYTES)),
                new UnsafeBuffer(ByteBuffer.allocateDirect(COUNTERS_BYTES)));
    }

    private AppliedState newState(AppliedState.Replies replies) {
        return new AppliedState(
                ports.machine(),
                ports.limits().maxReplyBytes(),
                ports.limits().sessions(),
                new Checkpoints(CHECKPOINT_NS),
                (session, sequence, isSilent, reply) -> {
                    if (!isSilent) {
                        ports.replies()
                                .onReply(
                                        applier.state().place().index,
                                        session,
                                        sequence,
                                        reply.outcome(),
                                        reply.code(),
                                        reply.bytes(),
                                        reply.length());
                    }
                    replies.onReply(session, sequence, isSilent, reply);
                });
    }

    private void onDamage(long index) {
        hot.onDamage(index);
    }

    private Replica newReplica(MemberLinks links, ReplicaNews news) {
        ReplicaPorts given = ports.replica();
        replica = new Replica(
                ports.settings(),
                new ReplicaPorts(
                        given.journal(),
                        given.marks(),
                        given.ballots(),
                        given.register(),
                        new PlayedSnapshots(given.snapshots(), own),
                        applier,
                        given.orphans(),
                        links,
                        new HeardTwice(given.listener(), news),
                        given.random(),
                        given.maxFrameBytes()),
                ports.clock().nanoTime(),
                ports.wallClockNs().getAsLong());
        return replica;
    }

    // ---- the hot thread

    /** The hot thread begins: takes up what the process before has left. */
    public void start() {
        hot.onStart();
    }

    /** @return the replica, once it has started */
    public Replica replica() {
        return replica;
    }

    /** One cycle of the hot thread. */
    public void turn() {
        hot.doWork();
    }

    /** The process ends in order: submitters and readers hear of it. */
    public void end() {
        hot.onClose();
        if (ports.isPipelined()) {
            place.endAtHome();
        }
        place.endInBackground();
        followers.close(0);
        place.close(null);
    }

    // ---- the threads besides

    /** One cycle of the threads that the applier may be on besides the hot one. */
    public void workBesides() {
        if (ports.isPipelined()) {
            place.workAtHome(ports.clock().nanoTime());
        }
        place.workInBackground();
    }

    /** The flusher's thread. */
    public void onFlushed() {
        hot.onFlushed();
    }

    // ---- the application's threads

    /**
     * @param isDirect whether it is one of the thread that does the node's work, and goes without the ring
     * @return a submitter
     */
    public Submitter newSubmitter(boolean isDirect) {
        SubmitterLane lane = lanes.take();
        return new LocalSubmitter(lane, isDirect ? hot.entrance() : ingress, shared, () -> lanes.giveBack(lane));
    }

    /**
     * Asks for a read.
     *
     * @param consistency what it is to see at least
     * @param query looks at the state
     * @param timeoutNs until when it waits
     * @return what it brings
     */
    public <T> CompletableFuture<ReadResult<T>> read(ReadConsistency consistency, Supplier<T> query, long timeoutNs) {
        CompletableFuture<ReadResult<T>> future = new CompletableFuture<>();
        reads.ask(new PendingRead<>(consistency, query, future, ports.clock().nanoTime() + timeoutNs, Runnable::run));
        return future;
    }

    /** @return one who follows the log */
    public Follower follow(long fromIndex, FollowListener listener) {
        return followers.follow(fromIndex, listener);
    }

    /** @return whether nodes could not agree on what the state is, and have not since */
    public boolean isDisputed() {
        return applier.dispute() != null;
    }

    /** @return when the state has been built anew */
    public CompletableFuture<Void> rebuild() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        rebuilds.ask(future);
        return future;
    }

    /** @return of which epoch what is known of the node is */
    public long epoch() {
        return state.epoch();
    }

    /** @return whether commands are taken */
    public boolean isOpen() {
        return state.isOpen();
    }

    // ---- the state

    /** @return up to where the log was applied */
    public long appliedIndex() {
        return applier.appliedIndex();
    }

    /** @return whether nothing is to be done with the state before it goes on: it is of the log that is here */
    public boolean isSettled() {
        return place.isSettled();
    }

    /** @return why nothing is applied any more; null if that is not so */
    public EngineException failure() {
        return applier.failure();
    }

    /** @return whether nothing is applied until a snapshot is of use */
    public boolean isStranded() {
        return applier.isStranded();
    }

    /** @return whether a snapshot of what was applied was kept */
    public boolean takeSnapshot(SnapshotManifest manifest) {
        AppliedState applied = applier.state();
        return snapshots.take(manifest, new SnapshotOrder(0, 0, () -> false), applied.parts())
                == StateSnapshots.Taking.PUBLISHED;
    }

    /** @return the bytes of the state machine's state */
    public byte[] machineBytes() {
        MemoryBytes bytes = new MemoryBytes();
        BufferedSnapshotOutput out = bytes.output(64);
        applier.state().machine().save(out);
        out.flush();
        return bytes.toByteArray();
    }

    /** @return whether the state is that of the index up to which the log was applied, and has nothing of the next one */
    public boolean isBetweenIndexes() {
        return applier.begun() == applier.appliedIndex();
    }

    /** @return when the next timer is due that is pending here */
    public long nextTimerNs() {
        return applier.nextTimerNs();
    }

    /** @return the bytes of all that is replicated: sessions, timers, what was withheld, and the state machine's */
    public byte[] stateBytes() {
        MemoryBytes bytes = new MemoryBytes();
        BufferedSnapshotOutput out = bytes.output(64);
        SessionsCodec.save(applier.state().sessions(), out);
        WithheldCodec.save(applier.state().withheld(), out);
        TimersCodec.save(applier.state().timers(), out);
        applier.state().machine().save(out);
        out.flush();
        return bytes.toByteArray();
    }
}
