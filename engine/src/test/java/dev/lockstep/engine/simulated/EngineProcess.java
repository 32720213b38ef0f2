package dev.lockstep.engine.simulated;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.FollowListener;
import dev.lockstep.engine.Follower;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.ReadResult;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.pipeline.PipelinePorts;
import dev.lockstep.engine.pipeline.PlayedLimits;
import dev.lockstep.engine.pipeline.PlayedPipeline;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaPorts;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** The engine in one process of a simulated node: the whole pipeline around a state machine that shows what it was given. */
final class EngineProcess implements AppliedLog {
    private static final int INTERRUPTED_ONE_IN = 12;
    private static final long LOOK_NS = 20_000;
    private static final long READ_TIMEOUT_NS = 400_000_000;

    private final SimulatedCluster cluster;
    private final SimulatedNode node;
    private final StateMachine machine;
    private final ShownState shown;
    private final EngineWatch watch;
    private final PlayedLimits limits;
    private final SplittableRandom random;
    private final List<Supplier<SessionClient>> awaited = new ArrayList<>();
    private final List<SessionClient> clients = new ArrayList<>();
    private PlayedPipeline pipeline;
    private long looks;
    /** Whether it was told that its state has drifted, and nothing was done about it yet. */
    private boolean hasFoundDrift;

    private CompletableFuture<Void> rebuild = CompletableFuture.completedFuture(null);

    /**
     * @param shown the state machine's state
     * @param random decides what other threads do while the hot one works
     */
    EngineProcess(
            SimulatedCluster cluster,
            SimulatedNode node,
            StateMachine machine,
            ShownState shown,
            EngineWatch watch,
            PlayedLimits limits,
            SplittableRandom random) {
        this.cluster = cluster;
        this.node = node;
        this.machine = machine;
        this.shown = shown;
        this.watch = watch;
        this.limits = limits;
        this.random = random;
    }

    /** Somebody submits here once it has started. */
    void add(Supplier<SessionClient> client) {
        awaited.add(client);
    }

    /** @return the replica of this process, which has taken up what the one before has left */
    Replica start(ReplicaSettings settings, ReplicaPorts ports) {
        pipeline = new PlayedPipeline(
                new PipelinePorts(
                        supporting(settings, machine.version()),
                        ports,
                        node.started().store(),
                        new SimulatedTransport(node),
                        machine,
                        this::onReply,
                        limits,
                        random.nextInt(3) == 0,
                        cluster.time::nowNs,
                        () -> cluster.time.nowNs() + looks++ * LOOK_NS,
                        node::wallClockNs),
                EngineProcess::rethrow);
        pipeline.start();
        awaited.forEach(each -> clients.add(each.get()));
        return pipeline.replica();
    }

    private static ReplicaSettings supporting(ReplicaSettings given, int version) {
        return new ReplicaSettings(
                given.node(),
                given.founders(),
                given.mode(),
                given.durability(),
                given.heartbeatNs(),
                given.electionTimeoutNs(),
                given.priority(),
                given.catchUpBytes(),
                version);
    }

    private static void rethrow(Throwable thrown) {
        throw thrown instanceof RuntimeException known ? known : new IllegalStateException(thrown);
    }

    List<SessionClient> clients() {
        return clients;
    }

    /** @return whether commands are taken */
    boolean isOpen() {
        return pipeline.isOpen();
    }

    CompletableFuture<ReadResult<Long>> read(ReadConsistency consistency) {
        return pipeline.read(consistency, shown::trueHash, READ_TIMEOUT_NS);
    }

    Submitter newSubmitter(boolean isDirect) {
        return pipeline.newSubmitter(isDirect);
    }

    Follower follow(long fromIndex, FollowListener listener) {
        return pipeline.follow(fromIndex, listener);
    }

    /** @return of which epoch that is which it tells others */
    long epoch() {
        return pipeline.epoch();
    }

    void turn() {
        pipeline.turn();
    }

    void workBesides() {
        pipeline.workBesides();
        checkApplier();
        watch.onTurn(node);
    }

    /** Other threads do something while the hot one hears a message. */
    void interrupt() {
        switch (random.nextInt(INTERRUPTED_ONE_IN)) {
            case 0 -> workBesides();
            case 1 -> {
                if (!clients.isEmpty()) {
                    clients.get(random.nextInt(clients.size())).poll();
                }
            }
            default -> {
                // they do not come to it
            }
        }
    }

    void onFlushed() {
        pipeline.onFlushed();
    }

    /** The process ends in order, and whoever submitted here hears of it. */
    void end() {
        pipeline.end();
        clients.forEach(SessionClient::pollToTheEnd);
    }

    byte[] machineBytes() {
        return pipeline.machineBytes();
    }

    byte[] stateBytes() {
        return pipeline.stateBytes();
    }

    // ---- what has drifted

    /** @return by what the state is wrong; zero if it is right */
    long drift() {
        return shown.drift();
    }

    /** From now on the state is wrong by that. */
    void drift(long mark) {
        shown.drift(mark);
    }

    boolean isDisputed() {
        return pipeline.isDisputed();
    }

    boolean hasFoundDrift() {
        return hasFoundDrift;
    }

    /** @return whether that was asked for, and not before in vain */
    boolean rebuild() {
        if (!rebuild.isDone()) {
            return false;
        }
        rebuild = pipeline.rebuild();
        return true;
    }

    // ---- what was applied

    /** @return whether a timer is pending */
    boolean isTimerPending() {
        return pipeline.nextTimerNs() != Long.MAX_VALUE;
    }

    @Override
    public long appliedIndex() {
        return pipeline == null ? 0 : pipeline.appliedIndex();
    }

    @Override
    public long hash() {
        return shown.trueHash();
    }

    @Override
    public void rollBack(long index) {
        // the engine has heard of it
    }

    @Override
    public void install(FrameRef snapshot) {
        // the engine has heard of it
    }

    @Override
    public void apply(long applicableIndex) {
        checkApplier();
        if (pipeline.isSettled() && pipeline.isBetweenIndexes() && appliedIndex() > 0) {
            cluster.oracle.onApplied(node, appliedIndex(), hash());
            watch.onApplied(node, appliedIndex(), hash());
        }
        watch.onTurn(node);
    }

    /** After a power cut it may have to wait until its log is known to lead to a snapshot; in the end it has all. */
    private void checkApplier() {
        Throwable failure = pipeline.failure();
        boolean isDrifted = failure instanceof EngineException.Drifted;
        cluster.drifts.check(node, shown.drift(), isDrifted && !hasFoundDrift);
        hasFoundDrift = isDrifted;
        if (failure != null && !isDrifted && !pipeline.isStranded()) {
            throw failure.getCause() instanceof Violation known
                    ? known
                    : new Violation(Check.INVARIANT, "node " + node.number + ": " + failure.getMessage(), failure);
        }
    }

    private void onReply(
            long index, long session, long sequence, Outcome outcome, int code, DirectBuffer reply, int length) {
        watch.onReply(node, index, session, sequence, outcome, code, reply, length);
    }

    @Override
    public boolean isWhole() {
        return pipeline.isSettled() && !hasFoundDrift;
    }

    @Override
    public void keep(SnapshotManifest manifest) {
        pipeline.takeSnapshot(manifest);
    }
}
