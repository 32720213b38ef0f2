package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.replica.CheckpointVotes;
import dev.lockstep.storage.frame.Frame;

/** Why an applier applies nothing any more, in words, with the ways out. */
final class ApplierFailures {
    private ApplierFailures() {}

    static EngineException stranded(long logBase) {
        return new EngineException(
                "the log begins behind index " + logBase + ", and no snapshot that is kept here is of use"
                        + " (what is damaged is kept aside, as *.damaged, among the snapshots in this node's directory): this node"
                        + " applies nothing until it has another one, and goes on journaling and voting. In a cluster another"
                        + " member brings it one; if none comes remove it, and add it again with an empty directory. A node that"
                        + " is alone has to be restored from a backup");
    }

    static EngineException tooNew(Frame next, int supported) {
        return new EngineException("from index " + next.firstIndex() + " on the log is of version "
                + next.stateMachineVersion() + " of the state machine, and the code here supports versions up to "
                + supported + ": start this node with the newer code; until then it applies"
                + " nothing more, and goes on journaling and voting");
    }

    static EngineException drifted(Checkpoints.Verdict verdict) {
        CheckpointVotes votes = verdict.votes();
        return new EngineException.Drifted(
                "the state of this node is another one than that of most nodes, " + votes
                        + (verdict.lastSoundIndex() > 0 ? "; it was the same at index " + verdict.lastSoundIndex() : "")
                        + ". This node applies nothing more, and goes on journaling and voting. Find what is not"
                        + " deterministic in the state machine; then take a snapshot at a node that is right,"
                        + " Engine.snapshot(), and have this node's state rebuilt from that, Engine.rebuild(). If it is the"
                        + " others that were wrong, start with code whose hash() is StateMachine.NO_HASH until a snapshot"
                        + " is taken",
                votes.index(),
                verdict.lastSoundIndex());
    }

    static EngineException thrown(String where, String remedy, Throwable thrown) {
        return new EngineException(
                "the state machine has thrown " + where + ": this node applies nothing more, and goes on journaling and"
                        + " voting. " + remedy,
                thrown);
    }
}
