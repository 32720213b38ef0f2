package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.replica.Proposals;
import dev.lockstep.storage.Ownership;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import org.agrona.DirectBuffer;
import org.agrona.LangUtil;

/**
 * Puts what submitters offer into frames, and proposes them. A frame is proposed when the next entry does not fit it, or when
 * nothing more is there: no command waits for company. What was not proposed when the reign ends was never in the log. Owned
 * by the hot thread.
 */
final class FrameFiller implements Entrance {
    /** What it needs of the node. */
    interface Progress {
        /** @return up to where this node has applied its log */
        long appliedIndex();

        /** @return up to where the log is known to be committed, by those who submit */
        long committedIndex();

        /** @return the time of this turn */
        long nowNs();
    }

    private final Ownership ownership = new Ownership("what fills the frames");
    private final Proposals replica;
    private final SubmitterLanes lanes;
    private final Awaited awaited;
    private final Progress progress;
    private final FrameEncoder encoder;
    private final long maxUnapplied;
    private final long ackTimeoutNs;
    private final long renewalNs;
    private final int maxCommandBytes;
    private final FramePlace noted = new FramePlace();

    /** Of the open frame, entry by entry. */
    private final SubmitterLane[] laneOf;

    private final long[] sessionOf;
    private final long[] sequenceOf;
    private final int[] wishOf;
    private FrameType type;
    private int count;
    private long lastIndex;
    private boolean isPrimary;
    private boolean isFlushAwaited;
    private long renewedNs;
    private long framesProposed;
    private long commandsProposed;
    /** What an offer has thrown to the application, which may have caught it: the node must stop all the same (safety 24). */
    private Throwable failure;

    FrameFiller(Proposals replica, SubmitterLanes lanes, Awaited awaited, Progress progress, FillerLimits limits) {
        this.replica = replica;
        this.lanes = lanes;
        this.awaited = awaited;
        this.progress = progress;
        this.encoder = new FrameEncoder(
                limits.closeFrameBytes(),
                Math.max(CommandHead.LENGTH + limits.maxCommandBytes(), CommandHead.SESSION_LENGTH));
        this.maxUnapplied = limits.maxUnapplied();
        this.ackTimeoutNs = limits.ackTimeoutNs();
        this.renewalNs = limits.renewalNs();
        this.maxCommandBytes = limits.maxCommandBytes();
        int most = 1 + limits.closeFrameBytes() / CommandHead.SESSION_LENGTH;
        laneOf = new SubmitterLane[most];
        sessionOf = new long[most];
        sequenceOf = new long[most];
        wishOf = new int[most];
    }

    /** A reign begins or ends: what was under way in one is not of the next. */
    void onPrimary(boolean primary) {
        isPrimary = primary;
        lastIndex = 0; // what came before may have been cut: it says nothing of how far the applier is behind
        renewedNs = progress.nowNs(); // the first frame of a reign has renewed all
        if (!primary) {
            count = 0;
            lanes.endSessions(progress.committedIndex());
        }
    }

    /** A turn begins: what the hot thread's own submitters have offered since does not wait until the others are heard. */
    void proposeOwn() {
        if (failure != null) {
            LangUtil.rethrowUnchecked(failure);
        }
        propose();
    }

    /**
     * Takes what is in the ring, as long as there is room for it, and proposes it.
     *
     * @return how many entries it took
     */
    int drain(Ingress ingress, int limit) {
        ownership.check();
        int taken = isRenewed() ? takeAll(ingress, limit) : 0;
        propose();
        return taken;
    }

    private int takeAll(Ingress ingress, int limit) {
        int taken = 0;
        IngressEntry entry = ingress.peek();
        while (entry != null && taken < limit && take(entry)) {
            ingress.advance();
            taken++;
            entry = ingress.peek();
        }
        if (taken > 0) {
            ingress.release();
        }
        return taken;
    }

    private boolean take(IngressEntry entry) {
        SubmitterLane lane = lanes.at(entry.submitter());
        int length = entry.length();
        int at = enter(
                lane, entry.kind(), entry.session(), entry.sequence(), entry.expectedIndex(), entry.wish(), length);
        if (at > 0 && entry.kind() == IngressEntry.COMMAND) {
            entry.copyPayload(encoder.buffer(), at);
        }
        return at != FULL;
    }

    /** The hot thread's own submitters: without the ring, into the frame that is proposed in the next turn. */
    @Override
    public int offer(IngressHead head, DirectBuffer payload, int offset, int length) {
        ownership.check();
        if (length > maxCommandBytes) {
            return TOO_LARGE;
        }
        if (failure != null) {
            return FULL; // the next turn stops the node
        }
        try {
            return enterAtOnce(head, payload, offset, length);
        } catch (Throwable e) {
            failure = e;
            throw e;
        }
    }

    private int enterAtOnce(IngressHead head, DirectBuffer payload, int offset, int length) {
        SubmitterLane lane = lanes.at(head.submitter);
        int at = enter(lane, head.kind, head.session, head.sequence, head.expectedIndex, head.wish, length);
        if (at > 0 && head.kind == IngressEntry.COMMAND) {
            encoder.buffer().putBytes(at, payload, offset, length);
        }
        return at;
    }

    /** @return where the payload goes; zero if the entry is of no use any more; {@link #FULL} if there is no room now */
    private int enter(
            SubmitterLane lane, int kind, long session, long sequence, long expectedIndex, int wish, int length) {
        if (kind != IngressEntry.OPEN && !lane.isOpen(session)) {
            return 0; // its session has ended, and its submitter knows
        }
        if (!isPrimary) {
            lane.end(session, progress.committedIndex());
            return 0;
        }
        boolean isCommand = kind == IngressEntry.COMMAND;
        int entryLength = isCommand ? CommandHead.LENGTH + length : CommandHead.SESSION_LENGTH;
        if (!makeRoom(isCommand ? FrameType.COMMANDS : FrameType.SESSION, entryLength, wish)) {
            return FULL;
        }
        int at = encoder.claim(entryLength);
        laneOf[count] = lane;
        sessionOf[count] = session;
        sequenceOf[count] = isCommand ? sequence : 0;
        wishOf[count] = isCommand ? wish : 0;
        count++;
        if (isCommand) {
            CommandHead.write(encoder.buffer(), at, session, sequence, Wish.isSilent(wish), expectedIndex);
            return at + CommandHead.LENGTH;
        }
        CommandHead.writeSession(encoder.buffer(), at, session, kind);
        if (kind == IngressEntry.OPEN) {
            lane.onOpened(session);
        } else if (kind == IngressEntry.CLOSE) {
            lane.onClosed();
        }
        return at;
    }

    /**
     * Somebody lives at the other end of each session that is open here: the log says so, or they would expire. However
     * long the node stood still, it says so before the first command that lets them.
     *
     * @return whether commands may follow
     */
    private boolean isRenewed() {
        if (!isPrimary || progress.nowNs() - renewedNs < renewalNs) {
            return true;
        }
        for (int i = 0; i < lanes.count(); i++) {
            SubmitterLane lane = lanes.at(i);
            if (lane != null && lane.openSession() != 0 && !renew(lane)) {
                return false;
            }
        }
        renewedNs = progress.nowNs();
        return true;
    }

    private boolean renew(SubmitterLane lane) {
        return enter(lane, IngressEntry.RENEW, lane.openSession(), 0, Submitter.ANY_INDEX, 0, 0) != FULL;
    }

    private boolean makeRoom(FrameType wanted, int entryLength, int wish) {
        boolean fits = count > 0 && type == wanted && count < laneOf.length && encoder.fits(entryLength);
        if (fits && isThereRoomToAwait(wish)) {
            return true;
        }
        if (!propose() || !replica.isOpen() || !isThereRoomToAwait(wish)) {
            return false;
        }
        if (lastIndex - progress.appliedIndex() >= maxUnapplied) {
            return false; // whoever applies is behind: submitters are held up, not the node
        }
        type = wanted;
        encoder.start(wanted);
        return true;
    }

    private boolean isThereRoomToAwait(int wish) {
        return !Wish.isAwaited(wish) || awaited.room(Wish.ack(wish)) > count;
    }

    /**
     * Proposes what is there.
     *
     * @return whether nothing is left; if so there is no room in the journal now
     */
    boolean propose() {
        if (count == 0) {
            return true;
        }
        int proposed = count;
        for (int i = 0; i < proposed; i++) {
            if (sequenceOf[i] > 0) {
                // Before: what was sent may be committed by others, also if the reign ends, or the node stops, within
                // this.
                laneOf[i].onSequenced(sessionOf[i], sequenceOf[i]);
            }
        }
        long last = replica.propose(encoder);
        if (last < 0) {
            return false; // there is no room; or the reign has ended, and this is told at once
        }
        lastIndex = last;
        framesProposed++;
        commandsProposed += proposed;
        long index = last - proposed + 1;
        long deadlineNs = progress.nowNs() + ackTimeoutNs;
        count = 0;
        for (int i = 0; i < proposed; i++) {
            onProposed(i, index + i, deadlineNs);
        }
        return true;
    }

    private void onProposed(int i, long index, long deadlineNs) {
        SubmitterLane lane = laneOf[i];
        int wish = wishOf[i];
        if (Wish.isAwaited(wish)) {
            Ack ack = Wish.ack(wish);
            isFlushAwaited |= ack.isFlushed();
            if (replica.await(index, ack, deadlineNs)) {
                awaited.add(ack, lane, sessionOf[i], sequenceOf[i]);
            } else {
                lane.note(sessionOf[i], sequenceOf[i], noted.set(index, 0, 0), Ack.NONE);
            }
        }
    }

    /** @return whether somebody has begun to wait for the device since this was asked last */
    boolean takeFlushAwaited() {
        boolean taken = isFlushAwaited;
        isFlushAwaited = false;
        return taken;
    }

    /** @return how many frames were put into the log */
    long framesProposed() {
        return framesProposed;
    }

    /** @return how many entries these carried */
    long commandsProposed() {
        return commandsProposed;
    }
}
