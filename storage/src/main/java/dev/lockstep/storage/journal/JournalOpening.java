package dev.lockstep.storage.journal;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.ballot.ScanEnd;
import dev.lockstep.storage.ballot.StartDecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.agrona.concurrent.NanoClock;

/**
 * Opens a journal in two steps: look, then act. Between the two the caller decides, from what was found and from what
 * it knows of the boot and the promises, what the tail of the log is worth (PROTOCOL B).
 */
public final class JournalOpening {
    private final JournalDirectory directory;
    private final JournalImage image;
    private final List<String> remarks = new ArrayList<>();

    private JournalOpening(JournalDirectory directory, JournalImage image) {
        this.directory = directory;
        this.image = image;
    }

    /**
     * Reads and verifies everything; changes nothing.
     *
     * @param root the journal's directory; it need not exist
     * @param disk the disk
     * @param identity which journal it should be
     * @param isCovered whether a kept snapshot reaches a place, so that the log may begin behind it
     * @return what was found
     * @throws StorageException if the directory cannot be read
     */
    public static JournalOpening scan(Path root, Disk disk, Identity identity, Predicate<FrameRef> isCovered) {
        JournalDirectory directory = new JournalDirectory(root, disk);
        try {
            return new JournalOpening(directory, JournalScan.of(directory, identity, isCovered));
        } catch (IOException e) {
            throw new StorageException("the journal in " + root + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * @return how the scan ended
     */
    public ScanEnd end() {
        return new ScanEnd(image.tip().index(), image.ending());
    }

    /**
     * @return the last sound frame
     */
    public FrameRef tip() {
        return image.tip();
    }

    /**
     * @return the last index noted as forced
     */
    public long flushMark() {
        return image.flushMark();
    }

    /**
     * @return what stands where the sound frames end, also if that is nothing; null if there are no segments
     */
    public Damage damage() {
        return image.damage();
    }

    /**
     * @return what a person should know of the opening, each a sentence
     */
    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    /**
     * Opens the journal. A cut that is decided on is durable on return.
     *
     * @param settings how it is laid out
     * @param identity which journal it is
     * @param marks the promises; lowered before a cut
     * @param decision what to do about the tail
     * @param sameBoot whether the machine has not been restarted since the journal was last open; only then is a segment
     *     appended to again
     * @param clock paces the background work
     * @return the journal, with its agents
     * @throws StorageException if the disk refuses, or has no room for a cut that must be made
     */
    public OpenJournal open(
            JournalSettings settings,
            Identity identity,
            Marks marks,
            StartDecision decision,
            boolean sameBoot,
            NanoClock clock) {
        try {
            directory.create();
            makeDurable();
            directory.clearAllWork();
            if (decision == StartDecision.SET_ASIDE_DAMAGE) {
                keepDamageAside();
            }
            deleteReplaced();
            List<Segment> segments = linkSegments();
            LogState state = new LogState(image.tip().index(), image.tip().index(), first(segments));
            BackgroundWork background = new BackgroundWork(directory, settings, state, clock, image.nextNumber());
            SegmentSuccession succession = new SegmentSuccession(identity, state, background, last(segments));
            LogCut cut = new LogCut(directory, marks, state, succession, background);
            boolean opened = false;
            try {
                if (sameBoot && decision == StartDecision.KEEP) {
                    resumeNewest(succession, segments, settings);
                }
                if (succession.writer().segment() == null) {
                    background.prepareNow();
                }
                SegmentedJournal journal =
                        new SegmentedJournal(settings, state, background, succession, cut, image.tip());
                if (decision == StartDecision.CUT_LOST_SUFFIX || decision == StartDecision.SET_ASIDE_DAMAGE) {
                    if (sameBoot) {
                        marks.promised(Math.min(marks.promised(), image.tip().index()));
                    }
                    cutBehindTip(journal, settings);
                } else {
                    trimUnusedTails(segments);
                }
                opened = true;
                return new OpenJournal(journal, background);
            } finally {
                if (!opened) {
                    background.closeFiles();
                }
            }
        } catch (IOException e) {
            String what = "the journal in " + directory.root() + " cannot be opened: " + e.getMessage();
            throw Disk.saysFull(e)
                    ? new StorageException.DiskFull(what + "; make room and start again", e)
                    : new StorageException(what, e);
        }
    }

    private static Segment first(List<Segment> segments) {
        return segments.isEmpty() ? null : segments.get(0);
    }

    private static Segment last(List<Segment> segments) {
        return segments.isEmpty() ? null : segments.get(segments.size() - 1);
    }

    private void cutBehindTip(SegmentedJournal journal, JournalSettings settings) throws IOException {
        if (journal.space() != JournalSpace.READY) {
            throw new StorageException.DiskFull(
                    "the journal in " + directory.root() + " must be cut behind index "
                            + image.tip().index() + ", for which it needs " + settings.segmentBytes()
                            + " bytes on its device; make room and start again",
                    null);
        }
        journal.cutBehindTip();
        for (SegmentImage behind : image.behind()) {
            directory.delete(behind.number);
        }
    }

    private List<Segment> linkSegments() {
        List<Segment> segments = new ArrayList<>();
        for (SegmentImage each : image.live()) {
            Segment segment = each.toSegment();
            if (!segments.isEmpty()) {
                segments.get(segments.size() - 1).seal(segment.base().index(), segment);
            }
            segments.add(segment);
        }
        return segments;
    }

    /** Lets the writer go on in the newest segment, if Chronicle can be trusted with it. */
    private void resumeNewest(SegmentSuccession succession, List<Segment> segments, JournalSettings settings)
            throws IOException {
        if (segments.isEmpty()) {
            return;
        }
        SegmentImage newest = image.live().get(segments.size() - 1);
        if (newest.isResumable(settings.segmentBytes())) {
            OpenSegment resumed = resume(newest, segments.get(segments.size() - 1), settings.segmentBytes());
            if (resumed != null) {
                succession.resume(resumed);
            }
        }
    }

    /** @return null if Chronicle cannot open it, or has no room for its table: the log goes on in a new segment */
    private OpenSegment resume(SegmentImage found, Segment segment, int bytes) throws IOException {
        Path work;
        try {
            work = directory.makeWork(found.number);
            directory.disk().link(found.path, directory.workFile(found.number));
        } catch (IOException e) {
            directory.clearWork(found.number);
            if (Disk.saysFull(e)) {
                return null;
            }
            throw e;
        }
        SegmentAppender appender;
        try {
            appender = SegmentAppender.open(work, bytes);
        } catch (Exception | AssertionError e) {
            // Its own records carry no checksum, and there is no end to what it may find in damaged ones.
            directory.clearWork(found.number);
            remarks.add("Chronicle cannot go on in segment " + found.number + " (" + e
                    + "): its own records there are damaged; the log goes on in a new segment");
            return null;
        }
        appender.mapForTouching(bytes);
        SegmentFile file = SegmentFile.open(directory.disk(), found.path);
        SegmentMap map = SegmentMap.open(found.path, bytes);
        segment.adopt(map);
        return OpenSegment.resumed(segment, file, appender, map);
    }

    /** Gives back the room that the process before left unused in segments that take nothing more. */
    private void trimUnusedTails(List<Segment> segments) throws IOException {
        for (int i = 0; i < segments.size(); i++) {
            SegmentImage each = image.live().get(i);
            boolean takesNothingMore = segments.get(i).isSealed() || !Files.exists(directory.workFile(each.number));
            if (takesNothingMore && !directory.isAside(each.number)) {
                try (SegmentFile file = SegmentFile.open(directory.disk(), each.path)) {
                    file.trim(each.endPosition);
                }
            }
        }
    }

    /**
     * Forces, in order, every segment that may not be on the device, and gives it its name. It is written anew first: a
     * process before this one may have seen a force fail, and the kernel then thinks pages clean that are not.
     */
    private void makeDurable() throws IOException {
        SegmentImage previous = null;
        for (SegmentImage each : image.live()) {
            if (!each.named || !each.isFlushed()) {
                try (SegmentFile file = SegmentFile.open(directory.disk(), each.path)) {
                    file.rewrite(each.endPosition);
                    file.force();
                    nameIfNameless(each);
                    file.writeFlushMark(each.end.index(), each.layout.headerOffset());
                    each.flushMark = each.end.index();
                }
            }
            noteCut(each, previous);
            previous = each;
        }
        for (SegmentImage each : image.behind()) {
            nameIfNameless(each); // only to be put aside, or deleted, like the others
        }
    }

    private void nameIfNameless(SegmentImage used) throws IOException {
        if (!used.named) {
            directory.name(used.number);
            used.path = directory.segment(used.number);
        }
    }

    /** The process before this one may have ended between a cut segment's name and the note in the one that it cuts. */
    private void noteCut(SegmentImage cut, SegmentImage kept) throws IOException {
        long last = cut.header.base().index();
        if (cut.header.origin() == SegmentOrigin.CUT && kept != null && kept.cutNote != last) {
            try (SegmentFile file = SegmentFile.open(directory.disk(), kept.path)) {
                file.writeCutNote(last, kept.layout.headerOffset());
                file.force();
            }
        }
    }

    private void deleteReplaced() throws IOException {
        for (SegmentImage replaced : image.replaced()) {
            directory.delete(replaced.number);
        }
    }

    private void keepDamageAside() throws IOException {
        if (image.damage() != null
                && Files.exists(directory.segment(image.damage().segment()))) {
            long damaged = image.damage().segment();
            directory.keepAside(damaged, directory.segment(damaged));
        }
        for (SegmentImage behind : image.behind()) {
            directory.keepAside(behind.number, directory.segment(behind.number));
        }
        for (SegmentImage replaced : image.replaced()) {
            if (replaced.named && replaced.header == null) {
                directory.keepAside(replaced.number, directory.segment(replaced.number));
            }
        }
    }
}
