package dev.lockstep.engine.replica;

import dev.lockstep.engine.sbe.*;

/** Which messages there are, and how long their fixed part is at least: a shorter one would be read beyond its end. */
final class MessageKinds {
    private static final int[] BLOCK_LENGTHS = new int[64];

    static {
        add(UnbornDecoder.TEMPLATE_ID, UnbornDecoder.BLOCK_LENGTH);
        add(WelcomeDecoder.TEMPLATE_ID, WelcomeDecoder.BLOCK_LENGTH);
        add(VoteRequestDecoder.TEMPLATE_ID, VoteRequestDecoder.BLOCK_LENGTH);
        add(VoteReplyDecoder.TEMPLATE_ID, VoteReplyDecoder.BLOCK_LENGTH);
        add(AppendDecoder.TEMPLATE_ID, AppendDecoder.BLOCK_LENGTH);
        add(AppendReplyDecoder.TEMPLATE_ID, AppendReplyDecoder.BLOCK_LENGTH);
        add(HeartbeatDecoder.TEMPLATE_ID, HeartbeatDecoder.BLOCK_LENGTH);
        add(HeartbeatReplyDecoder.TEMPLATE_ID, HeartbeatReplyDecoder.BLOCK_LENGTH);
        add(TakeOverDecoder.TEMPLATE_ID, TakeOverDecoder.BLOCK_LENGTH);
        add(RecoverDecoder.TEMPLATE_ID, RecoverDecoder.BLOCK_LENGTH);
        add(RecoverReplyDecoder.TEMPLATE_ID, RecoverReplyDecoder.BLOCK_LENGTH);
        add(RegisterWriteDecoder.TEMPLATE_ID, RegisterWriteDecoder.BLOCK_LENGTH);
        add(RegisterReplyDecoder.TEMPLATE_ID, RegisterReplyDecoder.BLOCK_LENGTH);
        add(SnapshotOfferDecoder.TEMPLATE_ID, SnapshotOfferDecoder.BLOCK_LENGTH);
        add(ChunkRequestDecoder.TEMPLATE_ID, ChunkRequestDecoder.BLOCK_LENGTH);
        add(ChunkDecoder.TEMPLATE_ID, ChunkDecoder.BLOCK_LENGTH);
        add(ReadRequestDecoder.TEMPLATE_ID, ReadRequestDecoder.BLOCK_LENGTH);
        add(ReadReplyDecoder.TEMPLATE_ID, ReadReplyDecoder.BLOCK_LENGTH);
        add(EpochNoticeDecoder.TEMPLATE_ID, EpochNoticeDecoder.BLOCK_LENGTH);
        add(PromiseRequestDecoder.TEMPLATE_ID, PromiseRequestDecoder.BLOCK_LENGTH);
        add(PromiseReplyDecoder.TEMPLATE_ID, PromiseReplyDecoder.BLOCK_LENGTH);
        add(PromoteThereDecoder.TEMPLATE_ID, PromoteThereDecoder.BLOCK_LENGTH);
        add(DamageSuspectedDecoder.TEMPLATE_ID, DamageSuspectedDecoder.BLOCK_LENGTH);
        add(BothSoundDecoder.TEMPLATE_ID, BothSoundDecoder.BLOCK_LENGTH);
    }

    private MessageKinds() {}

    private static void add(int template, int blockLength) {
        BLOCK_LENGTHS[template] = blockLength;
    }

    /** @return whether there is such a message, and that is long enough for it */
    static boolean isLongEnough(int template, int blockLength) {
        return template < BLOCK_LENGTHS.length && BLOCK_LENGTHS[template] > 0 && blockLength >= BLOCK_LENGTHS[template];
    }
}
