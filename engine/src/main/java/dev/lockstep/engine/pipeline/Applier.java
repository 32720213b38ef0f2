package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.replica.Applying;
import dev.lockstep.engine.replica.Checkpoint;
import dev.lockstep.engine.replica.CheckpointVotes;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;

/**
 * Reads the journal, as far as it may be applied, and applies it: the same on a primary, a standby, and after a start. It may
 * stop inside a frame. Owned by one thread at a time; {@link ApplierPlace} hands it over.
 */
final class Applier implements Applying {
    private static final int COMMANDS_A_LOOK = 8;

    private final Journal journal;
    private final AppliedState state;
    private final NodeState node;
    private final NanoClock clock;
    private final ReplyDelivery delivery;
    private final LongConsumer onDamage;
    private JournalReader reader;
    /** The frame that is being applied; null between two. */
    private Frame frame;

    /** Of the log that the state is of. */
    private long generation;
    /** In which what is applied now was to be applied: another one begins only where nothing of this one may be. */
    private long epoch;

    /** The log begins behind what comes next: only a snapshot has it. */
    private volatile boolean isStranded;
    /** The hot thread's. */
    private final RebuildWish wish = new RebuildWish();

    private long applied;
    /** Up to where submitters were told: they hear nothing again of what is applied again. */
    private long told;

    private volatile long appliedIndex;
    /** The length of the frames that were begun. */
    private long begunBytes;

    private volatile long appliedBytes;
    private volatile long nextTimerNs = Timers.NONE;
    private volatile EngineException failure;

    /**
     * @param self this node's number
     * @param maker makes the state, whose replies are heard here
     * @param onDamage is told, once for each meeting, where the journal cannot be read
     */
    Applier(
            int self,
            Journal journal,
            Function<AppliedState.Replies, AppliedState> maker,
            NodeState node,
            SubmitterLanes lanes,
            NanoClock clock,
            LongConsumer onDamage) {
        this.delivery = new ReplyDelivery(self, lanes);
        this.journal = journal;
        this.state = maker.apply(this::onReply);
        this.node = node;
        this.clock = clock;
        this.onDamage = onDamage;
        this.generation = journal.generation();
    }

    AppliedState state() {
        return state;
    }

    /** Any thread. @return up to where the log was applied */
    @Override
    public long appliedIndex() {
        return appliedIndex;
    }

    /** Any thread. @return how many bytes of log were applied, since the node started */
    long appliedBytes() {
        return appliedBytes;
    }

    /** Any thread. @return the deadline of the timer that fires next; {@link Timers#NONE} if none is pending */
    long nextTimerNs() {
        return nextTimerNs;
    }

    /** Any thread. @return why nothing is applied any more; null if that is not so */
    EngineException failure() {
        return failure;
    }

    @Override
    public Checkpoint checkpoint() {
        return state.checkpoints().newest();
    }

    @Override
    public long soundIndex() {
        return failure instanceof EngineException.Drifted drifted ? drifted.lastSoundIndex() : SOUND;
    }

    @Override
    public boolean isInNeed() {
        return wish.isSnapshotWanted() || isStranded || soundIndex() != SOUND;
    }

    /** @return what would help, beside what this node knows itself */
    RebuildWish wish() {
        return wish;
    }

    @Override
    public boolean maySumUp() {
        return state.checkpoints().maySumUp();
    }

    @Override
    public long provenIndex() {
        return state.checkpoints().lastSoundIndex();
    }

    @Override
    public CheckpointVotes dispute() {
        return state.checkpoints().dispute();
    }

    /** Any thread. @return what could not be applied; zero if nothing has failed */
    long failedIndex() {
        EngineException now = failure;
        if (now == null) {
            return 0;
        }
        return now instanceof EngineException.Drifted drifted ? drifted.checkpointIndex() : appliedIndex + 1;
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

    /** Any thread. @return which log it is, after so many cuts */
    long logGeneration() {
        return journal.generation();
    }

    /** What is read from now on is of the log as it was after that cut. */
    void follow(long logGeneration) {
        generation = logGeneration;
    }

    /** The log has lost what it had beyond an index: what comes there is something else. */
    void onRolledBack(long index) {
        told = Math.min(told, index);
    }

    /** Nothing is applied any more, until the state is another one. */
    void stop(EngineException why) {
        failure = why;
    }

    /** @return whether something was applied, or tried, that is not to be, or was left out that is: then all is to be rebuilt */
    boolean isOutdated() {
        Skips decided = node.skips();
        if (decided == state.skips()) {
            return false;
        }
        if (state.skips().firstDifference(decided) <= begun()) {
            return true;
        }
        state.obey(decided);
        return false;
    }

    /** @return the last index of which the state has something, be it half of a command, or the timers before it */
    long begun() {
        return failure != null || state.firedAt() > applied ? applied + 1 : applied;
    }

    /** @return whether timers have fired that come before a frame of which nothing else was applied yet */
    boolean isBetween() {
        return failure == null && state.firedAt() > applied;
    }

    /** Nothing was applied of what is in the state, or it is replaced: it leaves out what is decided now. */
    void adoptSkips() {
        state.obey(node.skips());
    }

    /**
     * The state will leave out what is decided now.
     *
     * @return the last index that a state may be of which goes on from there
     */
    long obeySkips() {
        Skips decided = node.skips();
        long before = state.skips().firstDifference(decided) - 1;
        state.obey(decided);
        return Math.min(applied, before);
    }

    /** @return the last index that is not in the log any more: zero, or one that a snapshot must have */
    long logBase() {
        return journal.base().index();
    }

    /**
     * The whole state is another one now: that of a frame, of a snapshot or of the beginning. What was wrong with the one
     * before is over.
     *
     * @param last the last frame that it includes
     */
    void beginAt(FrameRef last) {
        standAt(last.index());
        failure = null;
        isStranded = false;
        state.onWhole();
        state.place().set(last.index(), last.term(), node.epoch());
        publish();
    }

    /** What comes next is not in the log: nothing is applied until a snapshot has it. */
    void strand() {
        isStranded = true;
        stop(ApplierFailures.stranded(logBase()));
    }

    /** @return whether it needs a snapshot to go on */
    boolean isStranded() {
        return isStranded;
    }

    /**
     * Applies some of what may be.
     *
     * @param maxCommands how many at most
     * @param deadlineNs until when, about; a few are applied in any case
     * @return how much it has done
     */
    int work(int maxCommands, long deadlineNs) {
        epoch = node.epoch();
        long end = node.applicable(); // what is skipped up to there is published before
        if (epoch != node.epoch()) {
            return 0; // whose that is will be known the next time
        }
        if (isOutdated()) {
            return 0;
        }
        if (applied >= end || failure != null) {
            return 0;
        }
        long before = applied;
        int left = maxCommands;
        do {
            if (frame == null && !nextFrame(end)) {
                break;
            }
            left -= applySome(Math.min(left, COMMANDS_A_LOOK));
        } while (left > 0 && applied < end && failure == null && clock.nanoTime() - deadlineNs < 0);
        publish();
        return Math.max((int) (applied - before), maxCommands - left);
    }

    private void publish() {
        appliedIndex = applied;
        appliedBytes = begunBytes;
        told = Math.max(told, applied);
        long next = state.timers().nextDeadlineNs();
        if (next != nextTimerNs) {
            nextTimerNs = next;
        }
    }

    /**
     * Applies what is left of the frame that was begun, maybe by another thread, which has left it.
     *
     * @return whether the state is that of a frame's end
     */
    boolean finishFrame() {
        if (epoch != node.epoch()) {
            return false;
        }
        while (failure == null && applied < state.lastIndex()) {
            long end = node.applicable(); // it falls where the log is cut, or another epoch begins
            if (state.lastIndex() > end || (frame == null && !nextFrame(end))) {
                return false;
            }
            applySome(COMMANDS_A_LOOK);
        }
        publish();
        return failure == null;
    }

    /**
     * Whoever follows may be told of what is committed here, too. Where the applier is stranded that may be of another
     * history than what was applied.
     *
     * @param committed how far the log is committed that the state is of
     */
    void letFollow(long committed) {
        if (!isStranded) {
            state.withheld().publish(Math.min(applied, committed), generation);
        }
    }

    /** @return whether what was applied is of that log, after so many cuts */
    boolean isOf(long logGeneration) {
        return generation == logGeneration;
    }

    private boolean nextFrame(long end) {
        ReadResult result = reader == null ? seek() : reader.next();
        if (result == ReadResult.COMPACTED) {
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
                strand();
                leave();
            }
            case CUT -> leave();
            case END -> {
                // what may be applied was cut meanwhile, or the log begins anew: whoever did so says where to go on
            }
        }
        return false;
    }

    private ReadResult seek() {
        boolean isOfAnotherLog = journal.generation() != generation; // the order that says so is on its way
        if (isOfAnotherLog || applied + 1 > journal.appendedIndex()) {
            return ReadResult.END; // a reader that stands nowhere would begin with the log
        }
        if (reader == null) {
            reader = journal.newReader();
        }
        try {
            return reader.seek(applied + 1);
        } catch (IllegalArgumentException e) {
            if (journal.generation() != generation) {
                return ReadResult.CUT; // just now: the log does not reach to what comes next any more
            }
            throw e;
        }
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
        if (next.stateMachineVersion() > state.machine().version()) {
            stop(ApplierFailures.tooNew(next, state.machine().version()));
            return false;
        }
        state.onFrame(next, epoch);
        begunBytes += next.length();
        if (next.commandCount() > 0) {
            next.moveBefore(applied + 1);
        }
        frame = next;
        return true;
    }

    /** The reader has gone over a frame that may not be applied yet. */
    private boolean retry() {
        leave();
        return false;
    }

    /** @return how many timers have fired and commands were applied, of the frame that is begun */
    private int applySome(int most) {
        int done = 0;
        while (done < most && state.isTimerDue()) {
            if (!fireTimer()) {
                return done;
            }
            done++;
        }
        if (frame.commandCount() == 0 && !state.isTimerDue()) {
            applied = frame.lastIndex();
        }
        while (done < most && applied < frame.lastIndex()) {
            if (!applyNext()) {
                return done;
            }
            done++;
        }
        if (applied == frame.lastIndex()) {
            end();
        }
        return done;
    }

    private void end() {
        FrameType type = frame.type();
        frame = null;
        try {
            state.onEnd(type);
        } catch (Throwable e) { // only the state machine is asked there
            fail(ApplierFailures.withoutHash(applied, e));
        }
        Checkpoints.Verdict verdict = state.takeVerdict();
        if (verdict != null) {
            appliedIndex = applied;
            failure = ApplierFailures.drifted(verdict);
        }
    }

    /** @return whether the state machine has taken it */
    private boolean fireTimer() {
        long id = state.nextTimer();
        try {
            state.fireTimer(frame);
            return true;
        } catch (Invariant.Violation e) {
            throw e; // the engine's own fault, and no state machine's: the node stops
        } catch (Throwable e) { // also what is checked: not every language says what it throws
            long index = frame.firstIndex();
            onThrown(
                    "at index " + index + ", as timer " + id + " fired",
                    "skipTimer(" + index + ", " + id + ", why)",
                    e);
            return false;
        }
    }

    private boolean applyNext() {
        frame.nextCommand();
        long index = frame.commandIndex();
        try {
            state.applyEntry(frame);
        } catch (Invariant.Violation e) {
            throw e;
        } catch (Throwable e) {
            onThrown("at index " + index, "skip(" + index + ", why)", e);
            return false;
        }
        applied = index;
        return true;
    }

    private void onThrown(String where, String remedy, Throwable thrown) {
        fail(ApplierFailures.thrown(where, remedy, thrown));
    }

    private void fail(EngineException why) {
        appliedIndex = applied; // whoever sees the failure sees where
        failure = why;
        if (why.getCause() instanceof VirtualMachineError error) {
            throw error;
        }
    }

    private void onReply(long session, long sequence, boolean isSilent, WrittenReply reply) {
        if (state.place().index > told) {
            delivery.onReply(session, sequence, isSilent, state.place(), reply);
        }
    }

    /** Another thread goes on: a reader belongs to the one that made it. */
    void leave() {
        CloseHelper.close(reader);
        reader = null;
        frame = null;
    }
}
