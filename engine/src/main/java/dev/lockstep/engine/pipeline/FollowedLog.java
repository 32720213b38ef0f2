package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import java.util.function.LongConsumer;
import org.agrona.CloseHelper;

/**
 * The journal as one who follows reads it: frame after frame of one history. It remembers the frame that was read last, so
 * that another history is noticed, however it came about. Owned by the thread that follows.
 */
final class FollowedLog {
    private static final long NO_GENERATION = -1;

    private final Journal journal;
    private final AppliedState state;
    private final NodeView view;
    private final LongConsumer onDamage;
    private JournalReader reader;
    /** Of the log that is read. */
    private long generation = NO_GENERATION;
    /** The last frame that was begun; nothing while its index is zero. */
    private long lastIndex;

    private long lastTerm;
    private int lastCrc;

    /** @param onDamage is told where the journal cannot be read */
    FollowedLog(Journal journal, AppliedState state, NodeView view, LongConsumer onDamage) {
        this.journal = journal;
        this.state = state;
        this.view = view;
        this.onDamage = onDamage;
    }

    /**
     * What is read from now on is of the log as it was after that cut.
     *
     * @return whether it was another one before: then the frame is not to be read any more
     */
    boolean follow(long logGeneration) {
        boolean isOther = generation != logGeneration;
        if (isOther) {
            generation = logGeneration;
            letGo();
        }
        return isOther;
    }

    /**
     * Goes to the frame that holds an index, which is committed in the log that is followed.
     *
     * @param index the one behind all that was read, or one in the frame that was read last after a {@link #letGo}
     * @return false if it is not to be read now, for the log is another one; ask again later
     * @throws EngineException.Compacted if it was deleted
     * @throws EngineException.PositionLost if what was read last is not in the log
     */
    boolean next(long index) {
        if (journal.generation() != generation) {
            return false;
        }
        ReadResult result = reader == null ? seek(index) : reader.next();
        if (result == ReadResult.COMPACTED || result == ReadResult.CUT) {
            letGo();
            result = seek(index);
        }
        // Generations grow: it was that log when the frame was read, if it was that before and is now.
        if (journal.generation() != generation) {
            letGo();
            return false;
        }
        switch (result) {
            case FRAME -> {
                note();
                return true;
            }
            case COMPACTED -> {
                letGo();
                throw compacted(index);
            }
            case DAMAGED -> {
                onDamage.accept(reader.damage().index());
                letGo();
            }
            case CUT, END -> letGo(); // it is committed, and so will be there
        }
        return false;
    }

    private ReadResult seek(long index) {
        reader = journal.newReader();
        try {
            ReadResult before = checkLast();
            return before == ReadResult.FRAME ? reader.seek(index) : before;
        } catch (RuntimeException e) {
            letGo();
            if (journal.generation() != generation) {
                return ReadResult.CUT; // and so it may not reach to the index any more
            }
            throw e;
        }
    }

    /** @return FRAME if what was read last is in the log, or stands before it */
    private ReadResult checkLast() {
        if (lastIndex == 0) {
            return ReadResult.FRAME;
        }
        ReadResult result = reader.seek(lastIndex);
        if (result == ReadResult.FRAME) {
            checkIsLast(
                    reader.frame().lastIndex(),
                    reader.frame().term(),
                    reader.frame().crc());
        } else if (result == ReadResult.COMPACTED) {
            FrameRef base = journal.base();
            if (base.index() == lastIndex) {
                checkIsLast(base.index(), base.term(), base.crc());
                return ReadResult.FRAME;
            }
        }
        return result;
    }

    private void checkIsLast(long index, long term, int crc) {
        if (index != lastIndex || term != lastTerm || crc != lastCrc) {
            throw lost(view.keptUpTo(lastIndex, lastTerm));
        }
    }

    /** Another epoch was founded, or may have been: it may have left behind what was read. */
    void checkEpoch() {
        long kept = view.keptUpTo(lastIndex, lastTerm);
        if (kept < lastIndex) {
            letGo();
            throw lost(kept);
        }
    }

    private EngineException lost(long kept) {
        return new EngineException.PositionLost("index " + lastIndex + " of term " + lastTerm
                + " was told, and the cluster has left that history"
                + (kept < lastIndex ? " behind index " + kept : "")
                + ": take back what was made of the commands behind that, and follow from there anew");
    }

    /** @return the first index that can be read, and of which it is known whether the state machine was given it */
    long firstIndex() {
        return Math.max(journal.base().index() + 1, state.withheld().knownFrom());
    }

    EngineException compacted(long index) {
        long first = firstIndex();
        return new EngineException.Compacted(
                "index " + index + " cannot be followed on this node, whose log is kept from index " + first
                        + " on: begin with engine.read(LOCAL, ...), whose value is the state at its position().index(),"
                        + " and follow from the index behind that",
                first);
    }

    private void note() {
        lastIndex = reader.frame().lastIndex();
        lastTerm = reader.frame().term();
        lastCrc = reader.frame().crc();
    }

    /** @return the frame that {@link #next} went to */
    Frame frame() {
        return reader.frame();
    }

    /** Lets go of the memory that the frame lies in. */
    void letGo() {
        CloseHelper.close(reader);
        reader = null;
    }
}
