package dev.lockstep.engine.simulated;

import dev.lockstep.engine.sbe.AppendDecoder;
import dev.lockstep.engine.sbe.AppendReplyDecoder;
import dev.lockstep.engine.sbe.BothSoundDecoder;
import dev.lockstep.engine.sbe.ChunkDecoder;
import dev.lockstep.engine.sbe.ChunkRequestDecoder;
import dev.lockstep.engine.sbe.DamageSuspectedDecoder;
import dev.lockstep.engine.sbe.EpochNoticeDecoder;
import dev.lockstep.engine.sbe.HeartbeatDecoder;
import dev.lockstep.engine.sbe.HeartbeatReplyDecoder;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.PromiseReplyDecoder;
import dev.lockstep.engine.sbe.PromoteThereDecoder;
import dev.lockstep.engine.sbe.RecoverDecoder;
import dev.lockstep.engine.sbe.RecoverReplyDecoder;
import dev.lockstep.engine.sbe.RegisterReplyDecoder;
import dev.lockstep.engine.sbe.RegisterWriteDecoder;
import dev.lockstep.engine.sbe.SnapshotOfferDecoder;
import dev.lockstep.engine.sbe.StampDecoder;
import dev.lockstep.engine.sbe.StampEncoder;
import dev.lockstep.engine.sbe.TakeOverDecoder;
import dev.lockstep.engine.sbe.UnbornDecoder;
import dev.lockstep.engine.sbe.VoteReplyDecoder;
import dev.lockstep.engine.sbe.VoteRequestDecoder;
import dev.lockstep.engine.sbe.WelcomeDecoder;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.transport.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A message that has left a node, and what was on that node's disk at that very moment.
 *
 * @param number how many had left before, anywhere
 * @param from who sent it
 * @param to to whom
 * @param stream on which stream
 * @param bytes what it says; nobody changes it
 * @param ballot what its sender had on the device
 * @param durableIndex how far its sender had its log on the device
 * @param promised what its sender had noted as promised
 * @param named the frame of its sender's log at the index that an AppendReply names; null if there was none, or it is none
 */
record ScriptedLetter(
        long number,
        int from,
        int to,
        Stream stream,
        UnsafeBuffer bytes,
        Ballot ballot,
        long durableIndex,
        long promised,
        FrameRef named) {

    /** What a message is. */
    enum Kind {
        UNBORN(UnbornDecoder.TEMPLATE_ID),
        WELCOME(WelcomeDecoder.TEMPLATE_ID),
        VOTE_REQUEST(VoteRequestDecoder.TEMPLATE_ID),
        VOTE_REPLY(VoteReplyDecoder.TEMPLATE_ID),
        APPEND(AppendDecoder.TEMPLATE_ID),
        APPEND_REPLY(AppendReplyDecoder.TEMPLATE_ID),
        HEARTBEAT(HeartbeatDecoder.TEMPLATE_ID),
        HEARTBEAT_REPLY(HeartbeatReplyDecoder.TEMPLATE_ID),
        RECOVER(RecoverDecoder.TEMPLATE_ID),
        RECOVER_REPLY(RecoverReplyDecoder.TEMPLATE_ID),
        REGISTER_WRITE(RegisterWriteDecoder.TEMPLATE_ID),
        REGISTER_REPLY(RegisterReplyDecoder.TEMPLATE_ID),
        TAKE_OVER(TakeOverDecoder.TEMPLATE_ID),
        SNAPSHOT_OFFER(SnapshotOfferDecoder.TEMPLATE_ID),
        CHUNK_REQUEST(ChunkRequestDecoder.TEMPLATE_ID),
        CHUNK(ChunkDecoder.TEMPLATE_ID),
        PROMISE_REPLY(PromiseReplyDecoder.TEMPLATE_ID),
        PROMOTE_THERE(PromoteThereDecoder.TEMPLATE_ID),
        EPOCH_NOTICE(EpochNoticeDecoder.TEMPLATE_ID),
        DAMAGE_SUSPECTED(DamageSuspectedDecoder.TEMPLATE_ID),
        BOTH_SOUND(BothSoundDecoder.TEMPLATE_ID);

        private final int template;

        Kind(int template) {
            this.template = template;
        }
    }

    /** Bytes of an Append before its frame. */
    static final int APPEND_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH + AppendDecoder.BLOCK_LENGTH;

    private static MessageHeaderDecoder header() {
        return new MessageHeaderDecoder();
    }

    boolean is(Kind kind) {
        return header().wrap(bytes, 0).templateId() == kind.template;
    }

    /** @return who says it, and in which term */
    StampDecoder stamp() {
        return new StampDecoder().wrap(bytes, MessageHeaderDecoder.ENCODED_LENGTH);
    }

    /** @return the term that it was said in */
    long term() {
        return stamp().term();
    }

    VoteRequestDecoder voteRequest() {
        return new VoteRequestDecoder().wrapAndApplyHeader(bytes, 0, header());
    }

    boolean isPreVote() {
        return is(Kind.VOTE_REQUEST)
                ? voteRequest().isPreVote() != 0
                : voteReply().isPreVote() != 0;
    }

    VoteReplyDecoder voteReply() {
        return new VoteReplyDecoder().wrapAndApplyHeader(bytes, 0, header());
    }

    AppendDecoder append() {
        return new AppendDecoder().wrapAndApplyHeader(bytes, 0, header());
    }

    /** @return whether it is an Append with a frame */
    boolean hasFrame() {
        return is(Kind.APPEND) && bytes.capacity() > APPEND_LENGTH;
    }

    AppendReplyDecoder appendReply() {
        return new AppendReplyDecoder().wrapAndApplyHeader(bytes, 0, header());
    }

    RegisterWriteDecoder registerWrite() {
        return new RegisterWriteDecoder().wrapAndApplyHeader(bytes, 0, header());
    }

    RecoverReplyDecoder recoverReply() {
        return new RecoverReplyDecoder().wrapAndApplyHeader(bytes, 0, header());
    }

    /** @return one that says something else, from the same sender to the same receiver */
    ScriptedLetter saying(UnsafeBuffer other) {
        return new ScriptedLetter(number, from, to, stream, other, ballot, durableIndex, promised, named);
    }

    /** @return the same in the name of somebody else */
    ScriptedLetter inTheNameOf(int node, Identity identity, long start) {
        UnsafeBuffer other = new UnsafeBuffer(bytes.byteArray().clone());
        new StampEncoder()
                .wrap(other, MessageHeaderDecoder.ENCODED_LENGTH)
                .identity(identity.value())
                .start(start);
        return new ScriptedLetter(number, node, to, stream, other, ballot, durableIndex, promised, named);
    }

    /** Writes who says this into another message. */
    void sign(StampEncoder other) {
        StampDecoder own = stamp();
        other.epoch(own.epoch()).term(own.term()).identity(own.identity()).start(own.start());
    }

    /** @return the same to somebody else */
    ScriptedLetter to(int other) {
        return new ScriptedLetter(number, from, other, stream, bytes, ballot, durableIndex, promised, named);
    }

    /** @return an Append that is the same but for the frame that it carries */
    ScriptedLetter carrying(UnsafeBuffer frame, int length) {
        UnsafeBuffer other = new UnsafeBuffer(new byte[APPEND_LENGTH + length]);
        other.putBytes(0, bytes, 0, APPEND_LENGTH);
        other.putBytes(APPEND_LENGTH, frame, 0, length);
        return saying(other);
    }

    @Override
    public String toString() {
        for (Kind kind : Kind.values()) {
            if (is(kind)) {
                return from + " to " + to + " " + kind + " in term " + term();
            }
        }
        return from + " to " + to + " something";
    }
}
