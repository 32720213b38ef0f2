package dev.lockstep.engine.replica;

import dev.lockstep.engine.sbe.*;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Which messages there are, how long their fixed part is at least, and which pieces follow it that say themselves how long
 * they are: one that is shorter than that would be read beyond its end.
 */
final class MessageKinds {
    private static final int MOST = 64;
    private static final int[] BLOCK_LENGTHS = new int[MOST];
    /** How many bytes stand before each piece, to say how long it is. */
    private static final int[][] PIECES = new int[MOST][];

    static {
        add(UnbornDecoder.TEMPLATE_ID, UnbornDecoder.BLOCK_LENGTH, UnbornDecoder.membersHeaderLength());
        add(
                WelcomeDecoder.TEMPLATE_ID,
                WelcomeDecoder.BLOCK_LENGTH,
                WelcomeDecoder.configHeaderLength(),
                WelcomeDecoder.firstFrameHeaderLength());
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
        add(EpochNoticeDecoder.TEMPLATE_ID, EpochNoticeDecoder.BLOCK_LENGTH, EpochNoticeDecoder.configHeaderLength());
        add(PromiseRequestDecoder.TEMPLATE_ID, PromiseRequestDecoder.BLOCK_LENGTH);
        add(PromiseReplyDecoder.TEMPLATE_ID, PromiseReplyDecoder.BLOCK_LENGTH);
        add(PromoteThereDecoder.TEMPLATE_ID, PromoteThereDecoder.BLOCK_LENGTH, PromoteThereDecoder.lostHeaderLength());
        add(DamageSuspectedDecoder.TEMPLATE_ID, DamageSuspectedDecoder.BLOCK_LENGTH);
        add(BothSoundDecoder.TEMPLATE_ID, BothSoundDecoder.BLOCK_LENGTH);
    }

    private MessageKinds() {}

    private static void add(int template, int blockLength, int... pieces) {
        BLOCK_LENGTHS[template] = blockLength;
        PIECES[template] = pieces;
    }

    /** @return whether there is such a message, and that is long enough for it */
    static boolean isLongEnough(int template, int blockLength) {
        return template < MOST && BLOCK_LENGTHS[template] > 0 && blockLength >= BLOCK_LENGTHS[template];
    }

    /**
     * @param template a message that there is
     * @param buffer where it stands
     * @param at where its fixed part ends
     * @param end where it ends
     * @return whether each piece that follows is there as long as it says it is
     */
    static boolean isComplete(int template, DirectBuffer buffer, int at, int end) {
        int next = at;
        for (int lengthBytes : PIECES[template]) {
            int left = end - next - lengthBytes;
            if (left < 0) {
                return false;
            }
            long length = lengthBytes == Short.BYTES
                    ? Short.toUnsignedLong(buffer.getShort(next, ByteOrder.LITTLE_ENDIAN))
                    : Integer.toUnsignedLong(buffer.getInt(next, ByteOrder.LITTLE_ENDIAN));
            if (length > left) {
                return false;
            }
            next += lengthBytes + (int) length;
        }
        return true;
    }
}
