package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Verifies the frames of one segment, and goes on behind damage where sound frames go on. Belongs to the inspecting
 * thread.
 */
final class SegmentWalk {
    /**
     * What the walk rests on.
     *
     * @param start where the first record should be
     * @param before the frame that the first one should follow; null if nobody knows
     * @param lastIndex the index behind which the segment's records count for nothing
     * @param mayEnd whether the log may end in this segment, or cannot be said to go on
     * @param forcedIndex the last index that must be here if it is to be anywhere, since it was forced
     */
    record Frontier(int start, FrameRef before, long lastIndex, boolean mayEnd, long forcedIndex) {}

    private final SegmentHead head;
    private final UnsafeBuffer buffer;
    private final int length;
    private final Frontier frontier;
    private final SegmentCursor cursor = new SegmentCursor();
    private final FrameSearch search;
    private final List<DamagedStretch> damage = new ArrayList<>();
    private final List<FrameRun> runs = new ArrayList<>();
    private final TermSpans terms = new TermSpans();
    private FrameRef soundEnd;
    private boolean runIsBroken = true;
    private boolean endsInTheDark;
    private Damage unfinished;

    SegmentWalk(SegmentHead head, SegmentCopy copy, Frontier frontier) {
        this.head = head;
        this.buffer = copy.buffer();
        this.length = copy.length();
        this.frontier = frontier;
        this.search = new FrameSearch(buffer, length);
        FrameRef before = frontier.before() == null ? FrameRef.ORIGIN : frontier.before();
        cursor.at(buffer, frontier.start());
        cursor.follow(before.index(), before.term(), before.crc());
    }

    /** Verifies the frames from the first one on. */
    void run() {
        while (cursor.index() < frontier.lastIndex() && !endsInTheDark) {
            int at = cursor.position();
            SegmentCursor.Step step = cursor.next(length);
            if (step == SegmentCursor.Step.FRAME) {
                onFrame();
            } else if (isEnd(at, step)) {
                return;
            } else {
                onDamage(at, describe(at, step));
            }
        }
    }

    /** Notes what is wrong before the first frame, then verifies what can be found. */
    void runBehind(Damage before) {
        onDamage(before, search.from(frontier.start(), wanted()));
        run();
    }

    private int header(int at) {
        return at + Documents.HEADER_LENGTH <= length ? Documents.header(buffer, at) : 0;
    }

    private void onFrame() {
        Frame frame = cursor.frame();
        if (runIsBroken) {
            int from = cursor.recordPosition();
            runs.add(new FrameRun(from, cursor.position(), frame.firstIndex(), frame.lastIndex(), 1));
            runIsBroken = false;
        } else {
            int last = runs.size() - 1;
            runs.set(last, runs.get(last).and(cursor.position(), frame.lastIndex()));
        }
        terms.add(frame.term(), frame.firstIndex(), frame.lastIndex());
    }

    /** @return whether the segment's records may simply end here; a record that was begun may stand there */
    private boolean isEnd(int at, SegmentCursor.Step step) {
        boolean looksEnded = step == SegmentCursor.Step.END || step == SegmentCursor.Step.UNREADY;
        if (!looksEnded || !frontier.mayEnd() || cursor.index() < frontier.forcedIndex()) {
            return false;
        }
        if (search.behind(at, wanted()) != FrameSearch.NOWHERE) {
            return false;
        }
        if (step == SegmentCursor.Step.UNREADY) {
            unfinished = new Damage(head.number(), head.file(), at, cursor.index() + 1, describe(at, step));
        }
        return true;
    }

    private FrameSearch.Wanted wanted() {
        return new FrameSearch.Wanted(cursor.index(), frontier.lastIndex(), cursor.term());
    }

    private void onDamage(int at, String what) {
        Damage here = new Damage(head.number(), head.file(), at, cursor.index() + 1, what);
        onDamage(here, search.behind(at, wanted()));
    }

    private void onDamage(Damage here, int found) {
        runIsBroken = true;
        if (damage.isEmpty()) {
            soundEnd = last();
        }
        if (found == FrameSearch.NOWHERE) {
            damage.add(new DamagedStretch(here, -1, 0));
            endsInTheDark = true;
            return;
        }
        Frame frame = search.frame();
        damage.add(new DamagedStretch(here, found, frame.firstIndex()));
        boolean follows = frontier.before() != null && frame.firstIndex() == cursor.index() + 1;
        int previousCrc = follows ? cursor.crc() : frame.previousCrc();
        cursor.at(buffer, found);
        cursor.follow(frame.firstIndex() - 1, cursor.term(), previousCrc);
    }

    private String describe(int at, SegmentCursor.Step step) {
        int header = header(at);
        if (step == SegmentCursor.Step.BAD) {
            return cursor.defect() + frameIn(at, header);
        }
        if (step == SegmentCursor.Step.UNREADY) {
            return "a record that was begun and never made ready, header " + Integer.toHexString(header)
                    + frameIn(at, header);
        }
        String nothing = at + Documents.HEADER_LENGTH > length ? "nothing, the file ends here" : "nothing";
        return nothing + whyMore() + frameIn(at, header);
    }

    private String whyMore() {
        if (!frontier.mayEnd()) {
            return ", though a later segment follows index " + frontier.lastIndex();
        }
        return cursor.index() < frontier.forcedIndex()
                ? ", though frames were forced up to index " + frontier.forcedIndex()
                : "";
    }

    /** A damaged record header may stand over a frame that is sound. */
    private String frameIn(int at, int header) {
        int sound = search.soundFrameIn(at, wanted());
        return sound == 0 || sound == header ? "" : "; the frame of " + sound + " bytes behind that header is sound";
    }

    List<DamagedStretch> damage() {
        return damage;
    }

    List<FrameRun> runs() {
        return runs;
    }

    TermSpans terms() {
        return terms;
    }

    /** @return the last sound frame, or what stands before the first one; null if nobody knows how the segment ends */
    FrameRef end() {
        boolean unknown = endsInTheDark || (runs.isEmpty() && frontier.before() == null);
        return unknown ? null : last();
    }

    /** @return the last frame before the first damage */
    FrameRef soundEnd() {
        return damage.isEmpty() ? last() : soundEnd;
    }

    private FrameRef last() {
        return new FrameRef(cursor.index(), cursor.term(), cursor.crc());
    }

    /** @return the byte behind the last sound frame, or where the first one should be */
    int usedBytes() {
        return runs.isEmpty() ? frontier.start() : runs.get(runs.size() - 1).toOffset();
    }

    /** @return what stands behind the last frame, if it was begun and not finished; else null */
    Damage unfinished() {
        return unfinished;
    }
}
