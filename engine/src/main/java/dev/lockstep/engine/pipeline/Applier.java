package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import java.util.function.LongConsumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;

/**
 * Reads the journal, as far as it may be applied, and applies it: the same on a primary, a standby, and after a start. It may
 * stop inside a frame. Owned by one thread at a time; {@link ApplierPlace} hands it over.
 */
final class Applier {
    private static final int COMMANDS_A_LOOK = 8;

    private final Journal journal;
    private final AppliedState state;
    private final NodeState node;
    private final NanoClock clock;
    private final SubmitterLanes lanes;
    private final int self;
    private final LongConsumer onDamage;
    private JournalReader reader;
    /** The frame that is being applied; null between two. */
    private Frame frame;

    /** The log begins behind what comes next: only a snapshot has it. */
    private boolean isStranded;

    private long applied;
    private long committed;
    private volatile long appliedIndex;
    private volatile EngineException failure;

    /**
     * @param self this node's number
     * @param onDamage is told, once for each meeting, where the journal cannot be read
     */
    Applier(
            int self,
            Journal journal,
            AppliedStateMaker maker,
            NodeState node,
            SubmitterLanes lanes,
            NanoClock clock,
            LongConsumer onDamage) {
        this.self = self;
        this.journal = journal;
        this.state = maker.make(this::onReply);
        this.node = node;
        this.lanes = lanes;
        this.clock = clock;
        this.onDamage = onDamage;
    }

    /** Makes the state that replies are heard of. */
    interface AppliedStateMaker {
        AppliedState make(AppliedState.Replies replies);
    }

    AppliedState state() {
        return state;
    }

    /** Any thread. @return up to where the log was applied */
    long appliedIndex() {
        return appliedIndex;
    }

    /** Any thread. @return why nothing is applied any more; null if that is not so */
    EngineException failure() {
        return failure;
    }

    /**
     * The state is of that index now, and the log is read from behind it.
     *
     * @param index the last one that it includes
     */
    void standAt(long index) {
        leave();
        applied = index;
        appliedIndex = index;
    }

    /**
     * The whole state is another one now: that of a frame, of a snapshot or of the beginning. What was wrong with the one
     * before is over.
     *
     * @param last the last frame that it includes
     */
    void beginAt(FrameRef last) {
        standAt(last.index());
        state.place().set(last.index(), last.term(), node.epoch());
        failure = null;
        isStranded = false;
    }

    /** @return whether it needs a snapshot to go on */
    boolean isStranded() {
        return isStranded;
    }

    /**
     * Applies some of what may be.
     *
     * @param committedIndex how far the log is committed that the state is of, at least
     * @param maxCommands how many at most
     * @param maxNs for how long at most, about
     * @return how many indexes it went on
     */
    int work(long committedIndex, int maxCommands, long maxNs) {
        committed = committedIndex;
        long end = node.applicable();
        if (applied >= end || failure != null) {
            return 0;
        }
        long before = applied;
        long deadlineNs = clock.nanoTime() + maxNs;
        int left = maxCommands;
        while (left > 0 && applied < end && (frame != null || nextFrame(end))) {
            int now = Math.min(left, COMMANDS_A_LOOK);
            left -= now;
            applySome(now);
            if (failure != null || clock.nanoTime() - deadlineNs >= 0) {
                break;
            }
        }
        appliedIndex = applied;
        return (int) (applied - before);
    }

    private boolean nextFrame(long end) {
        ReadResult result = reader == null ? seek() : reader.next();
        if (result == ReadResult.CUT || result == ReadResult.COMPACTED) {
            result = seek();
        }
        switch (result) {
            case FRAME -> {
                return begin(end);
            }
            case DAMAGED -> {
                onDamage.accept(reader.damage().index());
                leave(); // it stands nowhere, and would begin with the log
            }
            case COMPACTED -> {
                isStranded = true;
                leave();
            }
            case CUT -> leave(); // whoever cut it says where to go on
            case END -> {
                // what may be applied was cut meanwhile
            }
        }
        return false;
    }

    private ReadResult seek() {
        if (applied + 1 > journal.appendedIndex()) {
            return ReadResult.END; // it was cut or put aside; a reader that stands nowhere would begin with the log
        }
        if (reader == null) {
            reader = journal.newReader();
        }
        return reader.seek(applied + 1);
    }

    private boolean begin(long end) {
        Frame next = reader.frame();
        if (next.lastIndex() > end) {
            return retry();
        }
        Invariant.check(
                next.firstIndex() <= applied + 1 && next.lastIndex() > applied,
                "the applier came to a frame that does not follow",
                applied,
                next.firstIndex());
        state.onFrame(next, node.epoch());
        if (next.commandCount() == 0) {
            applied = next.lastIndex();
            return true;
        }
        next.moveBefore(applied + 1);
        frame = next;
        return true;
    }

    /** The reader has gone over a frame that may not be applied yet. */
    private boolean retry() {
        leave();
        return false;
    }

    private void applySome(int commands) {
        for (int i = 0; i < commands && frame != null; i++) {
            if (!frame.nextCommand()) {
                frame = null;
                return;
            }
            try {
                state.applyEntry(frame);
            } catch (Invariant.Violation e) {
                throw e; // the engine's own fault, and no state machine's: the node stops
            } catch (RuntimeException | Error e) {
                onThrown(frame.commandIndex(), e);
                return;
            }
            applied = frame.commandIndex();
        }
        if (frame != null && applied == frame.lastIndex()) {
            frame = null;
        }
    }

    private void onThrown(long index, Throwable thrown) {
        failure = new EngineException(
                "the state machine has thrown at index " + index + ": this node applies nothing more, and goes on"
                        + " journaling and voting; start it again with a state machine that can apply that command",
                thrown);
        if (thrown instanceof VirtualMachineError error) {
            throw error;
        }
    }

    private void onReply(long session, long sequence, WrittenReply reply) {
        if (SessionIds.node(session) != self) {
            return;
        }
        SubmitterLane lane = lanes.at(SessionIds.lane(session));
        if (lane != null) {
            FramePlace place = state.place();
            place.isCommitted = place.index <= committed;
            lane.reply(session, sequence, place, reply.outcome(), reply.code(), reply.bytes(), 0, reply.length());
        }
    }

    /** Another thread goes on: a reader belongs to the one that made it. */
    void leave() {
        CloseHelper.close(reader);
        reader = null;
        frame = null;
    }
}
