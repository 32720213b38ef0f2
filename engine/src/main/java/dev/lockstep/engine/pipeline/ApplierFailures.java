package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.replica.CheckpointVotes;
import dev.lockstep.storage.frame.Frame;

/** Why an applier applies nothing any more, in words, with the ways out. */
final class ApplierFailures {
    private static final String STOPPED = ": this node applies nothing more, and goes on journaling and voting. ";
    private static final String WITHOUT_HASH = "hash() is StateMachine.NO_HASH until a snapshot is taken";
    private static final String SKIP_NOTHING = "Skip nothing: the commands are sound";

    /** It applies nothing until it is brought a snapshot. */
    static final class Stranded extends EngineException {
        private static final long serialVersionUID = 1L;

        private Stranded(String message) {
            super(message);
        }
    }

    private ApplierFailures() {}

    static EngineException stranded(long logBase) {
        return new Stranded("the log begins behind index " + logBase + ", and no snapshot that is kept here is of use"
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
        String sound = verdict.lastSoundIndex() > 0 ? "; it was the same at index " + verdict.lastSoundIndex() : "";
        boolean wasAlone = votes.needed() == 1 && votes.nodes().length == 1;
        return new EngineException.Drifted(
                wasAlone ? driftedAlone(verdict, sound) : driftedAmongOthers(verdict, sound),
                votes.index(),
                verdict.lastSoundIndex());
    }

    private static String driftedAlone(Checkpoints.Verdict verdict, String sound) {
        CheckpointVotes votes = verdict.votes();
        return "the state at index " + votes.index() + " is another one than it was when that was first applied: "
                + Long.toHexString(votes.decided()) + " then, " + Long.toHexString(verdict.ownHash()) + " now" + sound
                + ". This node applies nothing more. Its code is not deterministic, or has changed without a new"
                + " version(), or memory is broken. Start it with the code that it ran before, or restore a backup; if that"
                + " code was not deterministic start with one whose " + WITHOUT_HASH + ". " + SKIP_NOTHING;
    }

    private static String driftedAmongOthers(Checkpoints.Verdict verdict, String sound) {
        return "the state of this node is another one than that of most nodes, " + verdict.votes() + "; this one says "
                + Long.toHexString(verdict.ownHash()) + " now" + sound
                + ". It applies nothing more, and goes on journaling and voting. Find what is not deterministic in the"
                + " state machine; then take a snapshot at a node that is right, Engine.snapshot(), and have this node's"
                + " state rebuilt, Engine.rebuild(). If it is the others that are wrong, start with code whose "
                + WITHOUT_HASH + ". " + SKIP_NOTHING;
    }

    static EngineException withoutHash(long applied, Throwable thrown) {
        return new EngineException(
                "the state machine has thrown when its hash was asked for behind index " + applied + STOPPED
                        + "Start it again with one that has it",
                thrown);
    }

    /** @param remedy the call that has it skipped */
    static EngineException thrown(String where, String remedy, Throwable thrown) {
        return new EngineException.ApplyFailed(
                "the state machine has thrown " + where + STOPPED
                        + "Start it again with a state machine that can take that; or, if none should, have it skipped:"
                        + " Engine." + remedy,
                thrown);
    }
}
