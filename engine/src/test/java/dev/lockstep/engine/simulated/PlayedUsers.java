package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.pipeline.PlayedLimits;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** Those who use a {@link PlayedCluster}: whoever has made it, and nobody else. */
final class PlayedUsers implements Load, EngineWatch {
    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final Supplier<? extends StateMachine> machines;
    private final Map<SimulatedNode, StateMachine> running = new HashMap<>();
    private final Map<SimulatedNode, Submitter> submitters = new HashMap<>();

    PlayedUsers(SimulatedCluster cluster, SplittableRandom random, Supplier<? extends StateMachine> machines) {
        this.cluster = cluster;
        this.random = random;
        this.machines = machines;
    }

    /** @return the state machine of the process that runs; null if none does */
    StateMachine machine(SimulatedNode node) {
        return running.get(node);
    }

    /** @return the submitter of the process that runs, which must */
    Submitter submitter(SimulatedNode node) {
        return submitters.computeIfAbsent(node, key -> node.engine().newSubmitter(false));
    }

    @Override
    public EngineProcess newEngine(SimulatedNode node) {
        StateMachine machine = machines.get();
        running.put(node, machine);
        return new EngineProcess(cluster, node, machine, () -> 0, this, PlayedLimits.PLENTY, random.split());
    }

    @Override
    public void onDeath(SimulatedNode node) {
        running.remove(node);
        submitters.remove(node);
    }

    @Override
    public void onReply(
            SimulatedNode node,
            long index,
            long session,
            long sequence,
            Outcome outcome,
            int code,
            DirectBuffer reply,
            int length) {
        // the state machine is somebody's own: what it should say nobody here knows
    }

    @Override
    public void onApplied(SimulatedNode node, long index, long hash) {
        // states are compared when somebody asks
    }

    @Override
    public void onTurn(SimulatedNode node) {
        // nothing is awaited here
    }

    @Override
    public void begin() {
        // nobody submits by himself
    }

    @Override
    public void end() {
        // nobody submits by himself
    }

    @Override
    public void finish() {
        // it never ends by itself
    }

    @Override
    public void onReadable(SimulatedNode node, long id, long index) {
        // nobody reads past the engine
    }

    @Override
    public void onCommitted(SimulatedNode node) {
        // that is the oracle's
    }

    @Override
    public void onSetUpAnew() {
        // nobody sets it up anew
    }

    @Override
    public long submitted() {
        return 0;
    }

    @Override
    public long readsConfirmed() {
        return 0;
    }
}
