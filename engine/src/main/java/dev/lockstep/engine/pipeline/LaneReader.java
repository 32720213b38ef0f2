package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.ControlledMessageHandler.Action;
import org.agrona.concurrent.MessageHandler;

/**
 * Reads what a lane brings of the present session, command by command, and passes over what is of an earlier one or was told
 * already. Owned by the submitter's thread.
 */
final class LaneReader {
    private final SubmitterLane lane;
    private final ReplyRecord record = new ReplyRecord();
    private final MessageHandler onNote = this::onNote;
    private final ControlledMessageHandler onReply = this::onReply;
    private final MessageHandler onDropped = (type, buffer, index, length) -> {};
    private final ControlledMessageHandler onConsumed = (type, buffer, index, length) -> Action.CONTINUE;
    private long session;
    private long wanted;

    // Notes of different levels come in an order of their own: each is kept until its command's turn comes.
    private final long[] notedSequence;
    private final long[] notedIndex;
    private final long[] notedTerm;
    private final long[] notedEpoch;
    private final int[] notedRank;
    private final int mask;
    private final FramePlace notedPlace = new FramePlace();
    private Ack noted = Ack.NONE;

    /** Where the reply that was found lies. */
    private DirectBuffer found;

    private int foundAt;
    private int foundLength;
    private int late;

    /** @param window how many commands may be under way, a power of two */
    LaneReader(SubmitterLane lane, int window) {
        this.lane = lane;
        this.notedSequence = new long[window];
        this.notedIndex = new long[window];
        this.notedTerm = new long[window];
        this.notedEpoch = new long[window];
        this.notedRank = new int[window];
        this.mask = window - 1;
    }

    /** The lane is of another session already: what lies in it is of none that anybody waits for. */
    void begin(long newSession) {
        session = newSession;
        while (lane.notes.read(onDropped) + lane.replies.read(onDropped) > 0) {
            // until nothing is there
        }
        Arrays.fill(notedSequence, 0);
        found = null;
        late = 0;
    }

    /** @return whether the hot thread has said how far a command has come */
    boolean isNoted(long sequence) {
        int at = (int) sequence & mask;
        if (notedSequence[at] != sequence) {
            lane.notes.read(onNote);
        }
        if (notedSequence[at] != sequence) {
            return false;
        }
        notedPlace.set(notedIndex[at], notedTerm[at], notedEpoch[at]);
        noted = Ack.of(notedRank[at]);
        return true;
    }

    private void onNote(int type, MutableDirectBuffer buffer, int index, int length) {
        if (buffer.getLong(index) == session) {
            long sequence = buffer.getLong(index + Long.BYTES);
            int at = (int) sequence & mask;
            notedSequence[at] = sequence;
            notedIndex[at] = buffer.getLong(index + SubmitterLane.NOTE_INDEX);
            notedTerm[at] = buffer.getLong(index + SubmitterLane.NOTE_TERM);
            notedEpoch[at] = buffer.getLong(index + SubmitterLane.NOTE_EPOCH);
            notedRank[at] = buffer.getInt(index + SubmitterLane.NOTE_REACHED);
        }
    }

    /** @return how far the command had come that {@link #isNoted} was asked of last */
    Ack noted() {
        return noted;
    }

    /** @return whether the reply to a command is there */
    boolean isReplied(long sequence) {
        wanted = sequence;
        found = null;
        lane.replies.controlledRead(onReply, Integer.MAX_VALUE);
        return found != null;
    }

    private Action onReply(int type, MutableDirectBuffer buffer, int at, int length) {
        boolean isOfThis = ReplyRecord.session(buffer, at) == session;
        long sequence = ReplyRecord.sequence(buffer, at);
        if (!isOfThis || sequence < wanted) {
            late += isOfThis ? 1 : 0;
            return Action.CONTINUE;
        }
        if (sequence == wanted) {
            found = buffer;
            foundAt = at;
            foundLength = length;
        }
        return Action.ABORT;
    }

    /** Gives back the room of replies to commands before that one, which were told already. */
    void passOver(long sequence) {
        isReplied(sequence);
        found = null;
    }

    /** @return how many replies came since this was asked last that were told before as unknown */
    int takeLate() {
        int taken = late;
        late = 0;
        return taken;
    }

    long repliedIndex() {
        return ReplyRecord.index(found, foundAt);
    }

    /** @return the reply that was found, until it is consumed */
    Reply reply(Ack reached) {
        return record.show(found, foundAt, foundLength, reached);
    }

    /** @return what is known without a reply */
    Reply notedReply(Outcome outcome) {
        return record.showBare(outcome, notedPlace, noted);
    }

    /** @return what is known without a reply or a note */
    Reply bare(Outcome outcome) {
        return record.showBare(outcome, notedPlace.clear(), Ack.NONE);
    }

    /** Gives back the room of the reply that was found. */
    void consume() {
        if (found != null) {
            lane.replies.controlledRead(onConsumed, 1);
            found = null;
        }
    }
}
