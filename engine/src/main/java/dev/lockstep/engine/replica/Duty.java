package dev.lockstep.engine.replica;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.sbe.AppendDecoder;
import dev.lockstep.engine.sbe.AppendReplyDecoder;
import dev.lockstep.engine.sbe.HeartbeatDecoder;
import dev.lockstep.engine.sbe.HeartbeatReplyDecoder;
import dev.lockstep.engine.sbe.RecoverDecoder;
import dev.lockstep.engine.sbe.RecoverReplyDecoder;
import dev.lockstep.engine.sbe.RegisterReplyDecoder;
import dev.lockstep.engine.sbe.RegisterWriteDecoder;
import dev.lockstep.engine.sbe.SnapshotOfferDecoder;
import dev.lockstep.engine.sbe.VoteReplyDecoder;
import org.agrona.DirectBuffer;

/**
 * What a node does in its role. Each message that comes here is of the node's own term, from the one who is at its link
 * now; what a role does not care for it leaves as it is. Owned by the replica's thread.
 */
abstract class Duty {
    /** Stands for nobody. */
    static final int NOBODY = -1;

    abstract Role role();

    /** A turn: what is due is done. */
    abstract void onTick();

    /** Another duty follows. */
    void end() {}

    /** @return whether there is a primary, and nobody should disturb it */
    boolean hearsPrimary() {
        return false;
    }

    /** @return who is primary in this term, as far as is known */
    int primary() {
        return NOBODY;
    }

    void onLinkUp(int node) {}

    /** @return whether a node may have a snapshot up to an index, though nothing may be known of the state that it is of */
    boolean offers(int node, long snapshotIndex) {
        return false;
    }

    /** Somebody thinks that a node has died. */
    void onSuspicion(int node) {}

    /** This node has promised its vote. */
    void onVoted() {}

    /** The one who is there now is refused from now on. */
    void onRefused(int node) {}

    /** More of the log is on the device. */
    void onFlushed() {}

    void onAppend(int from, AppendDecoder message, DirectBuffer buffer, int offset, int length) {}

    void onAppendReply(int from, AppendReplyDecoder message) {}

    void onHeartbeat(int from, HeartbeatDecoder message) {}

    void onHeartbeatReply(int from, HeartbeatReplyDecoder message) {}

    void onVoteReply(int from, VoteReplyDecoder message) {}

    void onTakeOver(int from) {}

    void onRecover(int from, RecoverDecoder message) {}

    void onRecoverReply(int from, RecoverReplyDecoder message) {}

    void onRegisterWrite(int from, RegisterWriteDecoder message) {}

    void onRegisterReply(int from, RegisterReplyDecoder message) {}

    void onSnapshotOffer(int from, SnapshotOfferDecoder message) {}

    /** A standby asks how far to apply for a read. */
    void onReadRequest(int from, long id) {}

    void onReadReply(int from, long id, long index) {}

    /** This node's own reader asks. */
    abstract void read(long id);
}
