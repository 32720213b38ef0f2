package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.ballot.ScanEnd.Ending;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Predicate;

/**
 * Reads and verifies a whole journal, from its oldest segment on, and changes nothing. What counts is decided by the
 * segments' headers alone: a segment ends where its successor says, and a cut or a snapshot takes the place of what it
 * names. The scan ends at the first thing that is not as it should be.
 */
final class JournalScan {
    private final Identity identity;
    private final Predicate<FrameRef> isCovered;
    private final SegmentPlacing<SegmentImage> placing = SegmentPlacing.ofStart();
    private FrameRef tip = FrameRef.ORIGIN;
    private Ending ending = Ending.CLEAN;
    private Damage logEnd;

    private JournalScan(Identity identity, Predicate<FrameRef> isCovered) {
        this.identity = identity;
        this.isCovered = isCovered;
    }

    /**
     * @param directory the journal's
     * @param identity the journal that it should be; {@link Identity#NONE} to take what is there
     * @param isCovered whether a snapshot reaches a place, so that the log may begin behind it
     */
    static JournalImage of(JournalDirectory directory, Identity identity, Predicate<FrameRef> isCovered)
            throws IOException {
        NavigableMap<Long, Path> named = directory.segments();
        NavigableMap<Long, Path> working = directory.working();
        List<SegmentImage> found = new ArrayList<>();
        for (Map.Entry<Long, Path> entry : named.entrySet()) {
            found.add(SegmentImage.read(entry.getKey(), entry.getValue(), true));
        }
        long lastNamed = named.isEmpty() ? 0 : named.lastKey();
        for (Map.Entry<Long, Path> entry : working.tailMap(lastNamed, false).entrySet()) {
            SegmentImage image = SegmentImage.read(entry.getKey(), entry.getValue(), false);
            if (image.header() != null) {
                found.add(image); // in use, but the process ended before it was forced and named
            }
        }
        JournalScan scan = new JournalScan(identity, isCovered);
        found.forEach(scan.placing::place);
        int good = scan.verifyAll();
        long asides = directory.asides().isEmpty() ? 0 : directory.asides().lastKey();
        long lastUsed = found.isEmpty() ? 0 : found.get(found.size() - 1).number();
        List<SegmentImage> live = scan.placing.live();
        return new JournalImage(
                live.subList(0, good),
                live.subList(good, live.size()),
                scan.placing.replaced(),
                scan.tip,
                scan.ending,
                scan.logEnd,
                scan.placing.flushMark(),
                Math.max(asides, lastUsed) + 1);
    }

    /** @return how many segments are part of the log, the last of them perhaps only in part */
    private int verifyAll() {
        List<SegmentImage> live = placing.live();
        for (int i = 0; i < live.size(); i++) {
            SegmentImage image = live.get(i);
            SegmentImage successor = placing.successor(i);
            if (!isUsable(image, i == 0)) {
                return i;
            }
            if (!verify(image, successor)) {
                return i + 1;
            }
        }
        return live.size();
    }

    private boolean isUsable(SegmentImage image, boolean isOldest) {
        String problem = problemOf(image, isOldest);
        if (problem == null) {
            if (isOldest) {
                tip = image.header().base();
            }
            return true;
        }
        int offset = image.layout == null ? 0 : image.layout.headerOffset();
        logEnd = new Damage(image.number(), image.path, offset, tip.index() + 1, problem);
        ending = Ending.BAD;
        return false;
    }

    private String problemOf(SegmentImage image, boolean isOldest) {
        SegmentHeader header = image.header();
        if (header == null) {
            return image.sizeBytes == 0 ? "an empty file" : "no sound segment header";
        }
        if (header.number() != image.number()) {
            return "the header of segment " + header.number();
        }
        if (identity.isPresent() && !header.identity().equals(identity)) {
            return "a segment of journal " + header.identity() + ", where this is journal " + identity;
        }
        FrameRef base = header.base();
        if (isOldest) {
            return base.equals(FrameRef.ORIGIN) || isCovered.test(base)
                    ? null
                    : "a log that begins behind " + base + ", which no snapshot reaches";
        }
        return base.equals(tip) ? null : "a segment that follows " + base + ", where the log so far ends at " + tip;
    }

    /** @return whether the segment is sound up to where it should end, and the log goes on behind it */
    private boolean verify(SegmentImage image, SegmentImage successor) {
        long lastIndex = SegmentPlacing.endOf(image, successor);
        SegmentMap map;
        try {
            map = SegmentMap.open(image.path, image.sizeBytes);
        } catch (IOException e) {
            return bad(image, 0, "a file that cannot be mapped: " + Refusal.why(e));
        }
        try {
            return verifyFrames(image, map, lastIndex, successor);
        } finally {
            map.letGo();
        }
    }

    private boolean verifyFrames(SegmentImage image, SegmentMap map, long lastIndex, SegmentImage successor) {
        SegmentCursor cursor = new SegmentCursor();
        cursor.at(map.buffer(), image.layout.firstFramePosition());
        cursor.follow(tip.index(), tip.term(), tip.crc());
        SegmentCursor.Step step = SegmentCursor.Step.END;
        while (cursor.index() < lastIndex) {
            step = cursor.next(image.sizeBytes);
            if (step != SegmentCursor.Step.FRAME) {
                break;
            }
            image.index.onFrame(cursor.frame().firstIndex(), cursor.recordPosition());
            image.lastRecordPosition = cursor.recordPosition();
            image.endPosition = cursor.position();
        }
        tip = new FrameRef(cursor.index(), cursor.term(), cursor.crc());
        image.end = tip;
        if (tip.index() >= lastIndex) {
            // A frame across the successor's beginning shows there, as a segment that does not follow.
            logEnd = new Damage(image.number(), image.path, cursor.position(), tip.index() + 1, "the end of a cut");
            return true;
        }
        return ended(image, cursor, step, successor);
    }

    private boolean ended(SegmentImage image, SegmentCursor cursor, SegmentCursor.Step step, SegmentImage successor) {
        int position = cursor.position();
        if (step == SegmentCursor.Step.BAD) {
            return bad(image, position, cursor.defect());
        }
        String unready = "a record that was begun and never made ready";
        if (successor == null) {
            boolean clean = step == SegmentCursor.Step.END;
            ending = clean ? Ending.CLEAN : Ending.UNREADY;
            logEnd = new Damage(image.number(), image.path, position, tip.index() + 1, clean ? "nothing" : unready);
            return true;
        }
        if (step == SegmentCursor.Step.UNREADY) {
            return bad(image, position, unready);
        }
        if (!successor.isTrusted()) {
            return true; // what is wrong is wrong there
        }
        for (SegmentImage lost : placing.replaced()) {
            if (!lost.isTrusted() && lost.number() > image.number() && lost.number() < successor.number()) {
                return bad(lost, 0, "no sound segment header, in a segment that the log needs");
            }
        }
        return bad(
                image,
                position,
                "nothing, though segment " + successor.number() + " follows "
                        + successor.header().base());
    }

    private boolean bad(SegmentImage image, int position, String what) {
        ending = Ending.BAD;
        logEnd = new Damage(image.number(), image.path, position, tip.index() + 1, what);
        return false;
    }
}
