package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Cluster;
import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.util.function.LongConsumer;

/**
 * A state machine whose state is a {@link ModelState}: whatever it was given, and in what order, shows. Where it has drifted
 * only its hash and its snapshots tell.
 */
final class ModelMachine implements StateMachine, ShownState {
    private final int version;
    private final LongConsumer onApplied;
    private ModelState state;
    private Cluster cluster;
    private long drawn;
    private long drift;

    /**
     * @param version the highest that it supports
     * @param onApplied hears of each attempt that it is given
     */
    ModelMachine(int version, LongConsumer onApplied) {
        this.version = version;
        this.onApplied = onApplied;
    }

    @Override
    public long hash() {
        long hash = state.hash() ^ drift;
        return hash == NO_HASH ? 1 : hash; // of a state in which there is nothing
    }

    @Override
    public long trueHash() {
        return state.hash();
    }

    @Override
    public long drift() {
        return drift;
    }

    @Override
    public void drift(long mark) {
        drift = mark;
    }

    @Override
    public void onStart(Cluster newCluster) {
        cluster = newCluster;
        state = new ModelState(newCluster);
    }

    @Override
    public void onTimer(long id, long deadlineNs) {
        state.onTimer(id, deadlineNs);
        drawn ^= cluster.random();
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public void apply(Command command, Reply reply) {
        ModelState.Step step = state.apply(
                command.payload(),
                0,
                command.payload().capacity(),
                command.index(),
                command.clusterTimeNs(),
                command.version());
        drawn ^= cluster.random();
        onApplied.accept(step.attempt());
        step.answer(reply);
    }

    @Override
    public void save(SnapshotOutput out) {
        out.putLong(state.hash());
        out.putLong(state.count());
        out.putLong(drawn);
        out.putLong(drift);
    }

    @Override
    public void load(SnapshotInput in) {
        state.set(in.getLong(), in.getLong());
        drawn = in.getLong();
        drift = in.getLong();
    }
}
