package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.ReplyListener;
import dev.lockstep.engine.Submitter;
import dev.lockstep.storage.Ownership;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A submitter of this process. Its commands are of one session at a time; once that has ended, what is under way is told
 * before another begins. Replies are handed over in the order of the commands: the oldest one's waits in the lane until the
 * note that it needs is there, too. Owned by the thread that uses it first.
 */
final class LocalSubmitter implements Submitter {
    private static final UnsafeBuffer NOTHING = new UnsafeBuffer(0, 0);

    /** What all submitters of a node share. */
    record Shared(
            int node,
            int window,
            int maxCommandBytes,
            NodeState state,
            LongSupplier random,
            Runnable wake,
            Refusals refusals,
            ErrorHandler errors) {}

    /** Counts what was not taken. Any thread. */
    interface Refusals {
        void onBackPressured();

        void onNotPrimary();
    }

    private final Ownership ownership = new Ownership("a submitter");
    private final SubmitterLane lane;
    private final Entrance entrance;
    private final Shared shared;
    private final LaneReader reader;
    private final Runnable onClose;
    private final IngressHead head = new IngressHead();
    private final int[] wishes;
    private final int mask;
    /** Numbers of the next command, and of the oldest one that was not told. */
    private long next = 1;

    private long oldest = 1;
    /** The number of a session's first command, less one. */
    private long base;

    private long session;
    /** Whether the log has no such session any more, so that nothing of it is applied from now on. */
    private boolean isSessionLost;
    /** Those that were told before their reply had come, which still has its room. */
    private int replyless;

    private boolean isPolling;
    private boolean isClosed;

    LocalSubmitter(SubmitterLane lane, Entrance entrance, Shared shared, Runnable onClose) {
        this.lane = lane;
        this.entrance = entrance;
        this.shared = shared;
        this.onClose = onClose;
        this.reader = new LaneReader(lane, shared.window());
        this.wishes = new int[shared.window()];
        this.mask = shared.window() - 1;
        head.submitter = lane.number;
    }

    @Override
    public long offer(DirectBuffer buffer, int offset, int length, Ack ack, long expectedIndex) {
        ownership.check();
        if (ack == Ack.NONE) {
            throw new IllegalArgumentException("a command is acknowledged at one level at least");
        }
        buffer.boundsCheck(offset, length);
        if (isClosed || shared.state.isClosed()) {
            return CLOSED;
        }
        if (length > shared.maxCommandBytes) {
            return TOO_LARGE;
        }
        if (next - oldest + replyless > mask) {
            return backPressured();
        }
        if (!shared.state.isOpen()) {
            shared.refusals.onNotPrimary();
            return NOT_PRIMARY;
        }
        if (session == 0 || isSessionLost || lane.isEnded(session)) {
            if (!beginSession()) {
                return backPressured();
            }
        }
        return enter(buffer, offset, length, ack, expectedIndex);
    }

    private long backPressured() {
        shared.refusals.onBackPressured();
        return BACK_PRESSURED;
    }

    private boolean beginSession() {
        if (next != oldest) {
            return false; // what is under way is told first
        }
        long name = SessionIds.make(shared.node, lane.number, shared.random.getAsLong());
        lane.begin(name); // before anything of it can be applied
        reader.begin(name);
        replyless = 0;
        isSessionLost = false;
        head.kind = IngressEntry.OPEN;
        head.session = name;
        head.sequence = 0;
        if (entrance.offer(head, NOTHING, 0, 0) < 0) {
            session = 0;
            return false;
        }
        session = name;
        base = next - 1;
        return true;
    }

    private long enter(DirectBuffer buffer, int offset, int length, Ack ack, long expectedIndex) {
        int wish = Wish.of(ack, shared.state.isAsync());
        head.kind = IngressEntry.COMMAND;
        head.session = session;
        head.sequence = next - base;
        head.expectedIndex = expectedIndex;
        head.wish = wish;
        int entered = entrance.offer(head, buffer, offset, length);
        if (entered == Entrance.TOO_LARGE) {
            return TOO_LARGE;
        }
        if (entered < 0) {
            return backPressured();
        }
        wishes[(int) next & mask] = wish;
        shared.wake.run();
        return next++;
    }

    @Override
    public int poll(ReplyListener listener) {
        ownership.check();
        if (isPolling) {
            throw new IllegalStateException("a listener must not poll the submitter that calls it");
        }
        isPolling = true;
        try {
            int told = 0;
            while (told <= mask && oldest < next && tellOldest(listener)) {
                told++;
            }
            replyless -= reader.takeLate();
            return told;
        } finally {
            isPolling = false;
        }
    }

    private boolean tellOldest(ReplyListener listener) {
        long sequence = oldest - base;
        int wish = wishes[(int) oldest & mask];
        long committed = shared.state.committed();
        boolean isEnded = lane.isEnded(session) || shared.state.isClosed(); // after the commit: see NodeState
        if (Wish.isAwaited(wish) && !reader.isNoted(sequence)) {
            return isEnded && tellEnded(listener, sequence);
        }
        if (Wish.isSilent(wish)) {
            Ack reached = reader.noted();
            Outcome outcome = reached == Ack.NONE ? Outcome.UNKNOWN : Outcome.ACCEPTED;
            return tell(listener, reader.notedReply(outcome), false);
        }
        if (!reader.isReplied(sequence)) {
            if (!isEnded && Wish.isAwaited(wish) && isOver(wish)) {
                replyless++;
                return tell(listener, reader.notedReply(Outcome.UNKNOWN), false); // its time is over
            }
            return isEnded && tellEnded(listener, sequence);
        }
        return tellReply(listener, sequence, wish, committed, isEnded);
    }

    /** @return whether its time has come before it was committed, so that the reply may be far */
    private boolean isOver(int wish) {
        Ack wanted = Wish.ack(wish);
        Ack least = wanted.includes(Ack.QUORUM_APPENDED) ? Ack.QUORUM_APPENDED : Ack.LOCAL_APPENDED;
        return !reader.noted().includes(least);
    }

    /** What was applied ahead of the commit is known to stay only while the reign lasts: a later one commits other things. */
    private boolean tellReply(ReplyListener listener, long sequence, int wish, long committed, boolean isEnded) {
        boolean isCommitted = reader.isRepliedCommitted() || (!isEnded && reader.repliedIndex() <= committed);
        Ack wanted = Wish.ack(wish);
        if (!Wish.isAwaited(wish)) {
            if (isCommitted || wanted != Ack.QUORUM_APPENDED) {
                return tell(listener, reader.reply(wanted), true);
            }
            return isEnded && tellEnded(listener, sequence);
        }
        Ack reached = reader.noted();
        if (reached != Ack.NONE) {
            return tell(listener, reader.reply(reached), true);
        }
        return isCommitted
                ? tell(listener, reader.reply(Ack.QUORUM_APPENDED), true)
                : tell(listener, reader.notedReply(Outcome.UNKNOWN), false);
    }

    /** The reign is over, and no reply has come: nobody here can know what becomes of what was in the log. */
    private boolean tellEnded(ReplyListener listener, long sequence) {
        boolean wasLeftOut = lane.isEnded(session) && sequence > lane.endedAfter();
        Outcome outcome = wasLeftOut ? Outcome.NOT_APPLIED : Outcome.UNKNOWN;
        return tell(listener, reader.bare(outcome), false);
    }

    private boolean tell(ReplyListener listener, Reply reply, boolean isFromLane) {
        long id = oldest++;
        isSessionLost |= isFromLane && reply.outcome() == Outcome.NOT_APPLIED;
        try {
            listener.onReply(id, reply);
        } catch (RuntimeException e) {
            shared.errors.onError(e);
        } finally {
            if (isFromLane) {
                reader.consume();
            }
        }
        return true;
    }

    @Override
    public int pending() {
        return (int) (next - oldest);
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            if (session != 0) {
                head.kind = IngressEntry.CLOSE;
                head.session = session;
                entrance.offer(head, NOTHING, 0, 0); // if there is no room it expires
                lane.begin(0); // what is applied of it, maybe a second time, is for nobody
            }
            onClose.run();
        }
    }
}
