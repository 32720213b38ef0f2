package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Outcome;

/** Brings what the state machine says to whoever has submitted it here. Owned by the applier's thread. */
final class ReplyDelivery {
    private final int self;
    private final SubmitterLanes lanes;

    /** @param self this node's number */
    ReplyDelivery(int self, SubmitterLanes lanes) {
        this.self = self;
        this.lanes = lanes;
    }

    void onReply(long session, long sequence, boolean isSilent, FramePlace place, WrittenReply reply) {
        SubmitterLane lane = SessionIds.node(session) == self ? lanes.at(SessionIds.lane(session)) : null;
        if (lane == null) {
            return;
        }
        if (reply.outcome() == Outcome.NOT_APPLIED) {
            lane.refuse(session);
        }
        if (isSilent) {
            return;
        }
        boolean isTaken = lane.takes(reply.length());
        lane.reply(
                session,
                sequence,
                place,
                isTaken ? reply.outcome() : Outcome.REPLY_GONE,
                reply.code(),
                reply.bytes(),
                0,
                isTaken ? reply.length() : 0);
    }
}
