package dev.lockstep.storage.journal;

import dev.lockstep.storage.ballot.StartDecision;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * Brings the files of a journal into line with what a scan has found in them. Each step can be done again by the next
 * start if this one dies. Belongs to the starting thread.
 */
final class JournalRepair {
    private final JournalDirectory directory;
    private final JournalImage image;

    JournalRepair(JournalDirectory directory, JournalImage image) {
        this.directory = directory;
        this.image = image;
    }

    /** Makes durable what was found, keeps what is damaged, and removes what is not part of the log. */
    void beforeOpening(StartDecision decision) throws IOException {
        directory.create();
        makeDurable();
        directory.clearAllWork();
        if (decision == StartDecision.SET_ASIDE_DAMAGE) {
            keepDamageAside();
        }
        deleteReplaced();
    }

    /**
     * Forces, in order, every segment that may not be on the device, and gives it its name. What is forced is written
     * anew first: a process before this one may have seen a force fail, and the kernel then thinks pages clean that are
     * not. Of segments whose frames were all forced, that concerns the newest one's header: its mark comes last.
     */
    @SuppressWarnings("ReferenceEquality") // an image is one object
    private void makeDurable() throws IOException {
        SegmentImage previous = null;
        SegmentImage newestNamed = newestNamed();
        for (SegmentImage each : image.live()) {
            boolean isNoteProven =
                    each.isNamed() && each.flushMark() > each.header().base().index();
            boolean isFlushed = each.isNamed() && each.isFlushed();
            try (SegmentFile file = SegmentFile.open(directory.disk(), each.path)) {
                if (!isFlushed) {
                    file.rewrite(0, each.endPosition);
                    file.force();
                    nameIfNameless(each);
                } else if (each == newestNamed) {
                    int headerPage = each.layout.headerOffset() & -SegmentLayout.PAGE_BYTES;
                    file.rewrite(headerPage, Math.min(headerPage + 2 * SegmentLayout.PAGE_BYTES, each.endPosition));
                    file.force();
                }
                if (!isNoteProven) {
                    noteCut(each, previous);
                }
                if (!isFlushed) {
                    file.writeFlushMark(each.end.index(), each.layout.headerOffset());
                    each.onFlushed();
                }
            }
            previous = each;
        }
        for (SegmentImage each : image.behind()) {
            nameIfNameless(each); // only to be put aside, or deleted, like the others
        }
    }

    private SegmentImage newestNamed() {
        SegmentImage newest = null;
        for (SegmentImage each : image.live()) {
            newest = each.isNamed() ? each : newest;
        }
        return newest;
    }

    private void nameIfNameless(SegmentImage used) throws IOException {
        if (!used.isNamed()) {
            directory.name(used.number());
            used.path = directory.segment(used.number());
        }
    }

    /** The process before this one may have ended, or seen a force fail, between a cut segment's name and this note. */
    private void noteCut(SegmentImage cut, SegmentImage kept) throws IOException {
        if (cut.header().origin() == SegmentOrigin.CUT && kept != null) {
            try (SegmentFile file = SegmentFile.open(directory.disk(), kept.path)) {
                file.writeCutNote(cut.header().base().index(), kept.layout.headerOffset());
                file.force();
            }
        }
    }

    private void deleteReplaced() throws IOException {
        for (SegmentImage replaced : image.replaced()) {
            directory.delete(replaced.number());
        }
    }

    private void keepDamageAside() throws IOException {
        if (image.logEnd() != null
                && Files.exists(directory.segment(image.logEnd().segment()))) {
            long damaged = image.logEnd().segment();
            directory.keepAside(damaged, directory.segment(damaged));
        }
        for (SegmentImage behind : image.behind()) {
            directory.keepAside(behind.number(), directory.segment(behind.number()));
        }
        for (SegmentImage replaced : image.replaced()) {
            if (replaced.isNamed() && replaced.header() == null) {
                directory.keepAside(replaced.number(), directory.segment(replaced.number()));
            }
        }
    }

    /** The log was cut, durably: removes the segments behind. */
    void afterCut() throws IOException {
        for (SegmentImage behind : image.behind()) {
            directory.delete(behind.number());
        }
    }

    /** Gives back the room that the process before left unused in segments that take nothing more. */
    void trimUnusedTails() throws IOException {
        List<SegmentImage> live = image.live();
        for (int i = 0; i < live.size(); i++) {
            SegmentImage each = live.get(i);
            boolean takesNothingMore = i + 1 < live.size() || !Files.exists(directory.workFile(each.number()));
            if (takesNothingMore && !directory.isAside(each.number())) {
                try (SegmentFile file = SegmentFile.open(directory.disk(), each.path)) {
                    file.trim(each.endPosition);
                }
            }
        }
    }
}
