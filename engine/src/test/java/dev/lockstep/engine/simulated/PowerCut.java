package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ballot.ScanEnd.Ending;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a power cut leaves of a log. Every cut and every frame that the device may not have is kept or lost by itself; a
 * lost page reads as zeros, so the log ends at the first lost frame, and what stands behind that may or may not be
 * noticed.
 */
final class PowerCut {
    private final LogContent content;
    private final SplittableRandom random;
    private long durableIndex;
    private long mark;
    private Ending ending = Ending.CLEAN;

    PowerCut(LogContent content, long durableIndex, long mark, SplittableRandom random) {
        this.content = content;
        this.durableIndex = durableIndex;
        this.mark = mark;
        this.random = random;
    }

    /** Decides about cuts, the oldest first, each with what was appended behind it. */
    void decide(List<UnflushedCut> cuts) {
        Deque<List<LogEntry>> appended = new ArrayDeque<>();
        for (int i = cuts.size() - 1; i >= 0; i--) {
            appended.push(cuts.get(i).undo(content));
            durableIndex = cuts.get(i).oldDurableIndex();
            mark = cuts.get(i).oldMark();
        }
        for (UnflushedCut cut : cuts) {
            List<LogEntry> behind = appended.pop();
            if (random.nextBoolean()) {
                keep(cut, behind);
            }
        }
    }

    /** The header that is there says where the history before ends, whether or not it fits. */
    private void keep(UnflushedCut cut, List<LogEntry> behind) {
        boolean fits = true;
        if (cut.isAtSnapshot()) {
            content.startAfter(cut.last());
        } else {
            fits = content.holds(cut.last());
            content.cutFrom(cut.last().index() + 1);
        }
        durableIndex = Math.min(durableIndex, content.last().index());
        mark = Math.min(mark, durableIndex);
        ending = fits ? Ending.CLEAN : Ending.BAD;
        if (fits) {
            content.addAll(behind);
        }
    }

    /**
     * Decides about frames.
     *
     * @param isForgotten whether the kernel has given up what was not flushed
     * @param isTorn whether a record was begun behind the last frame
     */
    void loseFrames(boolean isForgotten, boolean isTorn) {
        int keptOfEight = isForgotten ? 0 : random.nextInt(9);
        if (isTorn && ending == Ending.CLEAN) {
            ending = drawn(Ending.CLEAN, Ending.BAD, Ending.UNREADY);
        }
        for (int place = content.placeBeyond(durableIndex); place < content.size(); place++) {
            if (random.nextInt(8) >= keptOfEight) {
                content.cutFrom(content.at(place).firstIndex());
                ending = drawn(Ending.CLEAN, Ending.BAD);
            }
        }
    }

    private Ending drawn(Ending... endings) {
        return endings[random.nextInt(endings.length)];
    }

    Ending ending() {
        return ending;
    }

    long mark() {
        return mark;
    }
}
