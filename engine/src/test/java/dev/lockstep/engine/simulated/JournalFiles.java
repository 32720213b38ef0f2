package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.ScanEnd;
import dev.lockstep.storage.ballot.ScanEnd.Ending;
import dev.lockstep.storage.ballot.StartDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * A node's log, whatever happens to its process: the process leaves all that it has appended, and what of that survives
 * the machine is known here. What the device has is always a prefix of the log.
 */
final class JournalFiles {
    /**
     * What a start finds.
     *
     * @param tip the last sound frame
     * @param ending what stands behind it
     * @param flushMark the last index that was noted as flushed
     */
    record Scan(FrameRef tip, Ending ending, long flushMark) {
        ScanEnd end() {
            return new ScanEnd(tip.index(), ending);
        }
    }

    private static final int FLUSHES_TO_A_LASTING_MARK = 8;

    private Identity identity = Identity.NONE;
    private LogContent content = new LogContent();
    private List<UnflushedCut> unflushedCuts = new ArrayList<>();
    private long durableIndex;
    private long mark;
    private boolean isForgotten;
    private Ending ending = Ending.CLEAN;
    private boolean isMarkLate;
    private int flushesSinceMark;
    private int asides;

    JournalFiles copy() {
        JournalFiles copy = new JournalFiles();
        copy.identity = identity;
        copy.content = content.copy();
        copy.unflushedCuts = new ArrayList<>(unflushedCuts);
        copy.durableIndex = durableIndex;
        copy.mark = mark;
        copy.isForgotten = isForgotten;
        copy.ending = ending;
        copy.isMarkLate = isMarkLate;
        copy.flushesSinceMark = flushesSinceMark;
        copy.asides = asides;
        return copy;
    }

    Identity identity() {
        return identity;
    }

    LogContent content() {
        return content;
    }

    /** @return up to where the device has the log, whatever happens to the machine */
    long durableIndex() {
        return durableIndex;
    }

    /** @return how often something was put aside as damaged */
    int asides() {
        return asides;
    }

    void append(LogEntry entry) {
        content.add(entry);
    }

    /** The process ended while it wrote a record: of a frame that nobody was told of. */
    void leaveTornTail() {
        ending = Ending.UNREADY;
    }

    /**
     * A force has returned: everything up to an index is on the device, and every cut.
     *
     * @return whether that is news
     */
    boolean flush(long index) {
        unflushedCuts.clear();
        boolean isNews = index > durableIndex;
        durableIndex = Math.max(durableIndex, index);
        if (!isMarkLate || ++flushesSinceMark >= FLUSHES_TO_A_LASTING_MARK) {
            forceMark();
        }
        return isNews;
    }

    /** The note of how far the log is flushed is on the device. */
    void forceMark() {
        mark = durableIndex;
        flushesSinceMark = 0;
    }

    /** Whether the note of how far the log is flushed may itself be on the device only some flushes later. */
    void markLate(boolean isLate) {
        isMarkLate = isLate;
    }

    /** A force has failed: the kernel takes what is not flushed for clean from now on. */
    void forgetUnflushed() {
        isForgotten = true;
    }

    /** The frames from an index on, the first of a frame, are cut. */
    void cutFrom(long index) {
        FrameRef last = content.before(content.placeOf(index));
        List<LogEntry> removed = content.cutFrom(index);
        onCut(new UnflushedCut(last, false, content.base(), removed, durableIndex, mark));
    }

    void setAsideFrom(long index) {
        asides++;
        cutFrom(index);
    }

    void startAfter(FrameRef snapshot) {
        FrameRef oldBase = content.base();
        List<LogEntry> removed = content.cutFrom(oldBase.index() + 1);
        content.startAfter(snapshot);
        onCut(new UnflushedCut(snapshot, true, oldBase, removed, durableIndex, mark));
    }

    private void onCut(UnflushedCut cut) {
        unflushedCuts.add(cut);
        durableIndex = Math.min(durableIndex, cut.last().index());
        mark = Math.min(mark, durableIndex);
    }

    /** Deletes what nobody wants, of what is flushed; nothing while a cut is not. */
    void compactBelow(long index) {
        if (unflushedCuts.isEmpty()) {
            content.compactBelow(Math.min(index, durableIndex + 1));
        }
    }

    /** Flips a bit of some frame. */
    FrameRef damageSomeFrame(SplittableRandom random) {
        if (content.size() == 0) {
            return null;
        }
        int place = random.nextInt(content.size());
        LogEntry entry = content.at(place);
        if (!entry.isDamaged()) {
            content.replace(place, entry.withFlippedBit(random.nextInt(entry.length() * Byte.SIZE)));
        }
        return entry.ref();
    }

    void onPowerCut(SplittableRandom random) {
        PowerCut cut = new PowerCut(content, durableIndex, mark, random);
        cut.decide(unflushedCuts);
        cut.loseFrames(isForgotten, ending == Ending.UNREADY);
        unflushedCuts.clear();
        isForgotten = false;
        ending = cut.ending();
        mark = cut.mark();
        durableIndex = content.last().index(); // what has survived one power cut survives the next
    }

    /** @param isCovered whether a snapshot reaches a place, so that the log may begin behind it */
    Scan scan(Predicate<FrameRef> isCovered) {
        FrameRef base = content.base();
        if (!base.equals(FrameRef.ORIGIN) && !isCovered.test(base)) {
            return new Scan(FrameRef.ORIGIN, Ending.BAD, mark);
        }
        int damaged = content.firstDamaged();
        return damaged < 0
                ? new Scan(content.last(), ending, mark)
                : new Scan(content.before(damaged), Ending.BAD, mark);
    }

    /** A start has decided: what it leaves of the log is written anew where it may not be flushed, and forced. */
    void open(Identity owner, StartDecision decision, FrameRef tip) {
        identity = owner;
        if (decision == StartDecision.SET_ASIDE_DAMAGE) {
            asides++;
        }
        if (tip.index() < content.base().index()) {
            content.startAfter(tip);
        } else {
            content.cutFrom(tip.index() + 1);
        }
        isForgotten = false;
        ending = Ending.CLEAN;
        unflushedCuts.clear();
        durableIndex = tip.index();
        mark = tip.index();
    }
}
