package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.observe.EngineCounter;
import dev.lockstep.engine.observe.EngineCounters;
import dev.lockstep.engine.observe.FlightEvents;
import dev.lockstep.engine.replica.CheckpointVotes;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.storage.journal.Journal;
import java.util.function.Consumer;

/** Counts how far the node has come, and tells what has become of its parts. Owned by the hot thread. */
final class NodeReport {
    private final EngineCounters counters;
    private final Journal journal;
    private final Applier applier;
    private final NodeState state;
    private final StandbyTable standbys;
    private final JournalAlarm alarm;
    private final Consumer<Throwable> errors;
    private EngineException applierFailure;
    private boolean isDisputed;
    /** What the node had when it started. */
    private long replayedIndex;

    NodeReport(
            EngineCounters counters,
            Journal journal,
            Applier applier,
            NodeState state,
            StandbyTable standbys,
            JournalAlarm alarm,
            Consumer<Throwable> errors) {
        this.counters = counters;
        this.journal = journal;
        this.applier = applier;
        this.state = state;
        this.standbys = standbys;
        this.alarm = alarm;
        this.errors = errors;
    }

    void onStart() {
        replayedIndex = journal.appendedIndex();
        journal.onRolled(firstIndex -> {
            counters.increment(EngineCounter.SEGMENT_ROLLS);
            FlightEvents.segmentRoll(firstIndex);
        });
    }

    /** @return up to where the journal goes */
    long onTurn(Replica replica, FrameFiller filler, long nowNs) {
        long appended = journal.appendedIndex();
        counters.set(EngineCounter.APPENDED_INDEX, appended);
        counters.set(EngineCounter.FLUSHED_INDEX, journal.flushedIndex());
        counters.set(EngineCounter.COMMITTED_INDEX, state.committed());
        counters.set(EngineCounter.APPLIED_INDEX, applier.appliedIndex());
        counters.set(EngineCounter.FRAMES_PROPOSED, filler.framesProposed());
        counters.set(EngineCounter.COMMANDS_PROPOSED, filler.commandsProposed());
        standbys.onTurn(replica, appended, nowNs);
        lookAtApplier();
        lookAtDisputes();
        alarm.onTurn(nowNs);
        return appended;
    }

    @SuppressWarnings("ReferenceEquality") // each failure is told once
    private void lookAtApplier() {
        EngineException now = applier.failure();
        if (now == applierFailure) {
            return;
        }
        applierFailure = now;
        counters.set(EngineCounter.APPLIER_FAILURE_INDEX, applier.failedIndex());
        if (now != null) {
            errors.accept(now);
            FlightEvents.applierStopped(applier.failedIndex(), now.getMessage());
        }
    }

    /** Each is told once, however often the nodes are asked before they agree again. */
    private void lookAtDisputes() {
        CheckpointVotes now = applier.dispute();
        counters.set(EngineCounter.DISPUTED_INDEX, now == null ? 0 : now.index());
        boolean isToBeTold = now != null && now.index() > replayedIndex && !isDisputed;
        isDisputed = now != null && (isDisputed || isToBeTold);
        if (isToBeTold) {
            errors.accept(
                    new EngineException("the states of the nodes are not the same, and no majority says which one is"
                            + " right, " + now
                            + ". All go on, and nobody is brought a snapshot that was not found right before. Find what is"
                            + " not deterministic in the state machine; then have the one that is right be the primary,"
                            + " Engine.transfer(), take a snapshot there, Engine.snapshot(), and have the others rebuilt from"
                            + " that, Engine.rebuild()"));
        }
    }

    /** Another role, or another configuration. */
    void onChange() {
        standbys.clear();
    }
}
