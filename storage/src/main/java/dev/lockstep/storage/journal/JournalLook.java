package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.ScanEnd.Ending;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One look at a whole journal. It reads the log as {@link JournalScan} does, but goes on behind damage. What it takes
 * for damage may be the work of a node that is running: only a second look tells. Belongs to the inspecting thread.
 */
final class JournalLook {
    private final JournalDirectory directory;
    private final SegmentPlacing<SegmentHead> placing = SegmentPlacing.ofInspector();
    private final List<InspectedSegment> segments = new ArrayList<>();
    private final List<DamagedStretch> damage = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final TermSpans terms = new TermSpans();
    private Identity identity = Identity.NONE;
    private FrameRef base = FrameRef.ORIGIN;
    private FrameRef tip = FrameRef.ORIGIN;
    private Ending ending = Ending.CLEAN;
    /** The last frame met, which the next segment should follow; null if nobody knows. */
    private FrameRef end;

    private JournalLook(JournalDirectory directory) {
        this.directory = directory;
    }

    static JournalLook at(JournalDirectory directory) throws IOException {
        JournalLook look = new JournalLook(directory);
        SegmentListing listing = SegmentListing.of(directory);
        listing.used().forEach(look.placing::place);
        look.start();
        for (int i = 0; i < look.placing.live().size(); i++) {
            look.inspect(i);
        }
        for (SegmentHead replaced : look.placing.replaced()) {
            look.inspectApart(replaced, SegmentState.REPLACED);
        }
        for (SegmentHead aside : listing.aside()) {
            look.inspectApart(aside, SegmentState.ASIDE);
        }
        return look;
    }

    private void start() {
        SegmentHead oldest = placing.live().isEmpty() ? null : placing.live().get(0);
        if (oldest == null || !oldest.isTrusted()) {
            return;
        }
        identity = oldest.header().identity();
        base = oldest.header().base();
        tip = base;
        end = base;
        if (!base.equals(FrameRef.ORIGIN)) {
            notes.add("the log begins behind " + base + ": a kept snapshot must reach that far");
        }
    }

    private void inspect(int i) throws IOException {
        SegmentHead head = placing.live().get(i);
        SegmentHead successor = placing.trustedBehind(i);
        if (successor != null && isCutAway(head, successor)) {
            inspectApart(head, SegmentState.REPLACED);
            return;
        }
        SegmentCopy copy = copyOf(head);
        if (copy == null) {
            return;
        }
        SegmentHead next = placing.successor(i);
        boolean nextIsDoubtful = next != null && !next.isTrusted();
        long lastIndex = SegmentPlacing.endOf(head, successor);
        boolean mayEnd = successor == null || nextIsDoubtful;
        if (head.isTrusted()) {
            inspectTrusted(head, copy, lastIndex, mayEnd);
        } else {
            inspectDoubtful(head, copy, lastIndex, mayEnd);
        }
    }

    /** One without a header may have been anything; if a cut goes on where the log before it ends, it was cut away. */
    private boolean isCutAway(SegmentHead head, SegmentHead successor) {
        return head.header() == null
                && successor.header().origin() == SegmentOrigin.CUT
                && successor.header().base().equals(end);
    }

    private SegmentCopy copyOf(SegmentHead head) throws IOException {
        SegmentCopy copy = copyOf(head.file());
        if (copy == null && head.state() == SegmentState.UNNAMED) {
            copy = copyOf(directory.segment(head.number())); // named and put out of use meanwhile
        }
        if (copy == null) {
            notes.add("segment " + head.number() + " was deleted while it was looked at: in use");
        }
        return copy;
    }

    private static SegmentCopy copyOf(Path file) throws IOException {
        try {
            return SegmentCopy.of(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private void inspectTrusted(SegmentHead head, SegmentCopy copy, long lastIndex, boolean mayEnd) {
        FrameRef before = head.header().base();
        String misplaced = misplaced(head.header());
        if (misplaced != null) {
            long expected = end == null ? before.index() + 1 : end.index() + 1;
            breakLog();
            damage.add(new DamagedStretch(damageOf(head, head.headerOffset(), expected, misplaced), -1, 0));
        }
        if (head.defect() != null) {
            Damage mark = damageOf(
                    head,
                    head.defect().offset(),
                    before.index() + 1,
                    head.defect().what());
            damage.add(new DamagedStretch(mark, head.firstFramePosition(), before.index() + 1));
        }
        long forced = Math.min(head.flushMark(), lastIndex);
        SegmentWalk walk = new SegmentWalk(
                head, copy, new SegmentWalk.Frontier(head.firstFramePosition(), before, lastIndex, mayEnd, forced));
        walk.run();
        end = walk.end();
        onWalked(head, walk);
    }

    private String misplaced(SegmentHeader header) {
        if (!header.identity().equals(identity) && identity.isPresent()) {
            return "a segment of journal " + header.identity() + ", where the oldest is of journal " + identity;
        }
        return end == null || header.base().equals(end)
                ? null
                : "a segment that follows " + header.base() + ", where the log so far ends at " + end;
    }

    /** No header, or that of another segment: its frames are verified for themselves, and the log ends before them. */
    private void inspectDoubtful(SegmentHead head, SegmentCopy copy, long lastIndex, boolean mayEnd) {
        boolean isAnother = head.header() != null;
        FrameRef before = isAnother ? head.header().base() : end;
        SegmentWalk.Frontier frontier = isAnother
                ? new SegmentWalk.Frontier(head.firstFramePosition(), before, Long.MAX_VALUE, true, 0)
                : new SegmentWalk.Frontier(head.firstFramePosition(), before, lastIndex, mayEnd, 0);
        long expected = end == null ? 1 : end.index() + 1;
        SegmentWalk walk = new SegmentWalk(head, copy, frontier);
        walk.runBehind(
                damageOf(head, head.defect().offset(), expected, head.defect().what()));
        end = isAnother ? null : walk.end();
        onWalked(head, walk);
    }

    private static Damage damageOf(SegmentHead head, long offset, long index, String what) {
        return new Damage(head.number(), head.file(), offset, index, what);
    }

    private void onWalked(SegmentHead head, SegmentWalk walk) {
        segments.add(inspected(head, head.state(), walk));
        if (ending != Ending.BAD && head.isTrusted()) {
            tip = walk.soundEnd();
            terms.addUpTo(tip.index(), walk.terms());
        }
        if (!walk.damage().isEmpty()) {
            breakLog();
            damage.addAll(walk.damage());
        }
        if (walk.unfinished() != null) {
            ending = ending == Ending.BAD ? ending : Ending.UNREADY;
            notes.add(walk.unfinished() + ": in use, or the process died while it wrote");
        }
    }

    private void breakLog() {
        ending = Ending.BAD;
    }

    /** Looks at what is not part of the log: what is wrong with it is worth a note, and no damage. */
    private void inspectApart(SegmentHead head, SegmentState state) throws IOException {
        SegmentCopy copy = copyOf(head);
        if (copy == null) {
            return;
        }
        FrameRef before = head.header() == null ? null : head.header().base();
        SegmentWalk walk = new SegmentWalk(
                head, copy, new SegmentWalk.Frontier(head.firstFramePosition(), before, Long.MAX_VALUE, true, 0));
        if (head.header() == null) {
            walk.runBehind(
                    damageOf(head, head.defect().offset(), 1, head.defect().what()));
        } else {
            walk.run();
        }
        segments.add(inspected(head, state, walk));
        String what = state == SegmentState.ASIDE ? "set aside: " : "replaced: ";
        walk.damage().forEach(each -> notes.add(what + each));
    }

    private static InspectedSegment inspected(SegmentHead head, SegmentState state, SegmentWalk walk) {
        return new InspectedSegment(
                head.number(),
                head.file(),
                state,
                head.inUse(),
                head.sizeBytes(),
                InspectedSegment.Beginning.of(head),
                List.copyOf(walk.runs()),
                walk.usedBytes());
    }

    List<InspectedSegment> segments() {
        return segments;
    }

    List<DamagedStretch> damage() {
        return damage;
    }

    List<String> notes() {
        return notes;
    }

    InspectedLog log() {
        return new InspectedLog(identity, base, tip, terms.all(), ending, placing.flushMark());
    }
}
