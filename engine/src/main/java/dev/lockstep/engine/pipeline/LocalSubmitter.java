package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.ReplyListener;
import dev.lockstep.engine.Submitter;
import dev.lockstep.storage.Ownership;
import java.util.Objects;
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
    /** Those that were told before their reply had come, which still has its room. */
    private int replyless;

    private boolean isPolling;
    /** Whether a listener looks at what lies in the lane. */
    private boolean isShowing;

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

    /** Nobody but the calling thread may use it. */
    LocalSubmitter own() {
        ownership.check();
        return this;
    }

    @Override
    public long offer(DirectBuffer buffer, int offset, int length, Ack ack, long expectedIndex) {
        ownership.check();
        Wish.requireLevel(ack);
        buffer.boundsCheck(offset, length);
        if (isClosed || shared.state.isClosed()) {
            return CLOSED;
        }
        if (length > shared.maxCommandBytes) {
            return TOO_LARGE;
        }
        if (!shared.state.isOpen()) {
            shared.refusals.onNotPrimary();
            return NOT_PRIMARY;
        }
        boolean isOver = session == 0 || lane.isEnded(session) || lane.isRefused(session);
        if (isOver ? !beginSession() : !isThereRoom()) {
            return backPressured();
        }
        return enter(buffer, offset, length, ack, expectedIndex);
    }

    private long backPressured() {
        shared.refusals.onBackPressured();
        return BACK_PRESSURED;
    }

    private boolean isThereRoom() {
        if (next - oldest + replyless > mask) {
            passOverLate();
        }
        return next - oldest + replyless <= mask;
    }

    /** What was told before its reply had come gives back its room as soon as that is there, whoever asks. */
    private void passOverLate() {
        if (replyless > 0 && !isShowing) {
            reader.passOver(oldest - base);
            replyless -= reader.takeLate();
        }
    }

    private boolean beginSession() {
        if (next != oldest || isShowing) {
            return false; // what is under way is told first
        }
        long name = SessionIds.make(shared.node, lane.number, shared.random.getAsLong());
        lane.begin(name); // before anything of it can be applied
        reader.begin(name);
        replyless = 0;
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
        Objects.requireNonNull(listener, "listener");
        if (isPolling) {
            throw new IllegalStateException("a listener must not poll the submitter that calls it");
        }
        if (isClosed) {
            return 0; // what lies in the lane is another submitter's
        }
        isPolling = true;
        try {
            int told = 0;
            while (!isClosed && told <= mask && oldest < next && tellOldest(listener)) {
                told++;
            }
            passOverLate();
            return told;
        } finally {
            isPolling = false;
            if (isClosed) {
                onClose.run(); // not before: the listener that has closed it was reading there
            }
        }
    }

    private boolean tellOldest(ReplyListener listener) {
        long sequence = oldest - base;
        int wish = wishes[(int) oldest & mask];
        long committed = shared.state.committed();
        boolean isPast = lane.isEnded(session); // after the commit: see NodeState
        boolean isEnded = isPast || shared.state.isClosed();
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
        boolean isAhead = reader.repliedIndex() > (isPast ? lane.committedAtEnd() : committed);
        return Wish.isAwaited(wish)
                ? tellNoted(listener, isAhead)
                : tellReply(listener, sequence, wish, isAhead, isEnded);
    }

    /** @return whether its time has come before it was committed, so that the reply may be far */
    private boolean isOver(int wish) {
        Ack wanted = Wish.ack(wish);
        Ack least = wanted.includes(Ack.QUORUM_APPENDED) ? Ack.QUORUM_APPENDED : Ack.LOCAL_APPENDED;
        return !reader.noted().includes(least);
    }

    /** What was applied ahead of the commit is taken back with a reign that ends before it. */
    private boolean tellNoted(ReplyListener listener, boolean isAhead) {
        Ack reached = reader.noted();
        boolean isLost = isAhead && reached == Ack.NONE;
        return tell(listener, isLost ? reader.notedReply(Outcome.UNKNOWN) : reader.reply(reached), true);
    }

    private boolean tellReply(ReplyListener listener, long sequence, int wish, boolean isAhead, boolean isEnded) {
        Ack ack = Wish.ack(wish);
        if (isAhead && ack == Ack.QUORUM_APPENDED) {
            return isEnded && tellEnded(listener, sequence);
        }
        return tell(listener, reader.reply(ack), true);
    }

    /** The reign is over, and no reply has come: nobody here can know what becomes of what was in the log. */
    private boolean tellEnded(ReplyListener listener, long sequence) {
        boolean wasLeftOut = lane.isEnded(session) && sequence > lane.endedAfter();
        Outcome outcome = wasLeftOut ? Outcome.NOT_APPLIED : Outcome.UNKNOWN;
        return tell(listener, reader.bare(outcome), false);
    }

    private boolean tell(ReplyListener listener, Reply reply, boolean isFromLane) {
        long id = oldest++;
        isShowing = isFromLane;
        try {
            listener.onReply(id, reply);
        } catch (RuntimeException e) {
            shared.errors.onError(e);
        } finally {
            if (isFromLane) {
                isShowing = false;
                reader.consume();
            }
        }
        return true;
    }

    @Override
    public int pending() {
        ownership.check();
        return isClosed ? 0 : (int) (next - oldest);
    }

    @Override
    public void close() {
        ownership.check();
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (session != 0) {
            head.kind = IngressEntry.CLOSE;
            head.session = session;
            entrance.offer(head, NOTHING, 0, 0); // if there is no room it expires once the lane is another's
        }
        if (!isPolling) {
            onClose.run();
        }
    }
}
