package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.ReadResult;
import dev.lockstep.engine.pipeline.PipelinePorts;
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
import org.agrona.DirectBuffer;

/** The engine in one process of a simulated node: the whole pipeline around a state machine that shows what it was given. */
final class EngineProcess implements AppliedLog {
    private static final int SUBMITTERS = 3;
    private static final int INTERRUPTED_ONE_IN = 12;
    private static final long LOOK_NS = 20_000;
    private static final long READ_TIMEOUT_NS = 400_000_000;

    private final SimulatedCluster cluster;
    private final SimulatedNode node;
    private final EngineLoad load;
    private final SplittableRandom random;
    private final ModelMachine machine;
    private final List<SessionClient> clients = new ArrayList<>();
    private PlayedPipeline pipeline;
    private long looks;

    EngineProcess(SimulatedCluster cluster, SimulatedNode node, EngineLoad load, SplittableRandom random) {
        this.cluster = cluster;
        this.node = node;
        this.load = load;
        this.random = random;
        this.machine = new ModelMachine(attempt -> load.onAttemptApplied(node, attempt));
    }

    /** @return the replica of this process, which has taken up what the one before has left */
    Replica start(ReplicaSettings settings, ReplicaPorts ports) {
        pipeline = new PlayedPipeline(
                new PipelinePorts(
                        settings,
                        ports,
                        node.started().store(),
                        new SimulatedTransport(node),
                        machine,
                        this::onReply,
                        random.nextInt(3) == 0,
                        cluster.time::nowNs,
                        () -> cluster.time.nowNs() + looks++ * LOOK_NS,
                        node::wallClockNs),
                EngineProcess::rethrow);
        pipeline.start();
        for (int i = 0; i < SUBMITTERS; i++) {
            boolean isDirect = i == 0;
            clients.add(new SessionClient(load, node, () -> pipeline.newSubmitter(isDirect)));
        }
        return pipeline.replica();
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
        return pipeline.read(consistency, machine::hash, READ_TIMEOUT_NS);
    }

    void turn() {
        pipeline.turn();
    }

    void workBesides() {
        pipeline.workBesides();
        checkApplier();
        load.onTurn(node);
    }

    /** Other threads do something while the hot one hears a message. */
    void interrupt() {
        switch (random.nextInt(INTERRUPTED_ONE_IN)) {
            case 0 -> workBesides();
            case 1 -> clients.get(random.nextInt(SUBMITTERS)).poll();
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

    byte[] stateBytes() {
        return pipeline.stateBytes();
    }

    // ---- what was applied

    @Override
    public long appliedIndex() {
        return pipeline == null ? 0 : pipeline.appliedIndex();
    }

    @Override
    public long hash() {
        return machine.hash();
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
        if (pipeline.isSettled() && appliedIndex() > 0) {
            cluster.oracle.onApplied(node, appliedIndex(), hash());
            load.onApplied(node, appliedIndex(), hash());
        }
        load.onTurn(node);
    }

    private void checkApplier() {
        Throwable failure = pipeline.failure();
        if (failure != null) {
            throw failure.getCause() instanceof Violation known
                    ? known
                    : new Violation(Check.INVARIANT, "node " + node.number + ": " + failure.getMessage(), failure);
        }
    }

    private void onReply(
            long index, long session, long sequence, Outcome outcome, int code, DirectBuffer reply, int length) {
        load.onReply(node, index, session, sequence, outcome, code, reply, length);
    }

    @Override
    public boolean isWhole() {
        return pipeline.isSettled();
    }

    @Override
    public void keep(SnapshotManifest manifest) {
        pipeline.takeSnapshot(manifest);
    }
}
