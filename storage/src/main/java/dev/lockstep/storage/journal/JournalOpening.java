package dev.lockstep.storage.journal;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.ballot.ScanEnd;
import dev.lockstep.storage.ballot.StartDecision;
import java.io.IOException;
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
    private static final String REMEDY =
            "; let this user read and write there, look at the health of the device, and start again";

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
            throw new StorageException("the journal in " + root + " cannot be read: " + Refusal.why(e) + REMEDY, e);
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
     * @return what stands behind the last sound frame: damage, something unfinished or, after a sound log, nothing; null
     *     if there are no segments
     */
    public Damage logEnd() {
        return image.logEnd();
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
            JournalRepair repair = new JournalRepair(directory, image);
            repair.beforeOpening(decision);
            Assembly parts = new Assembly(settings, identity, marks, clock);
            return parts.open(repair, decision, sameBoot);
        } catch (IOException e) {
            String what = "the journal in " + directory.root() + " cannot be opened: " + Refusal.why(e);
            throw Disk.saysFull(e)
                    ? new StorageException.DiskFull(what + "; make room and start again", e)
                    : new StorageException(what + REMEDY, e);
        }
    }

    /** What a journal is put together from, once its files are in order. */
    private final class Assembly {
        private final JournalSettings settings;
        private final Marks marks;
        private final List<Segment> segments = image.toSegments();
        private final LogState state;
        private final BackgroundWork background;
        private final SegmentSuccession succession;

        Assembly(JournalSettings settings, Identity identity, Marks marks, NanoClock clock) {
            this.settings = settings;
            this.marks = marks;
            Segment first = segments.isEmpty() ? null : segments.get(0);
            this.state = new LogState(tip().index(), tip().index(), first);
            this.background = new BackgroundWork(directory, settings, state, clock, image.nextNumber());
            this.succession = new SegmentSuccession(identity, state, background, newest());
        }

        private Segment newest() {
            return segments.isEmpty() ? null : segments.get(segments.size() - 1);
        }

        OpenJournal open(JournalRepair repair, StartDecision decision, boolean sameBoot) throws IOException {
            try {
                takeSegment(sameBoot && decision == StartDecision.KEEP);
                LogCut cut = new LogCut(directory, marks, state, succession, background);
                SegmentedJournal journal = new SegmentedJournal(settings, state, background, succession, cut, tip());
                if (decision == StartDecision.CUT_LOST_SUFFIX || decision == StartDecision.SET_ASIDE_DAMAGE) {
                    if (sameBoot) {
                        marks.promised(Math.min(marks.promised(), tip().index()));
                    }
                    checkRoomForCut();
                    journal.cutBehindTip();
                    repair.afterCut();
                } else {
                    repair.trimUnusedTails();
                }
                return new OpenJournal(journal, background);
            } catch (IOException | RuntimeException | Error e) {
                closeFiles(e);
                throw e;
            }
        }

        private void closeFiles(Throwable because) {
            try {
                background.closeFiles();
            } catch (IOException | RuntimeException e) {
                because.addSuppressed(e);
            }
        }

        /** The newest segment again, if it may be, or a fresh one that is ready before anybody asks for room. */
        private void takeSegment(boolean mayResume) throws IOException {
            OpenSegment resumed = null;
            if (mayResume && newest() != null) {
                SegmentImage found = image.live().get(segments.size() - 1);
                resumed = new SegmentResumption(directory, settings.segmentBytes(), remarks).resume(found, newest());
            }
            if (resumed != null) {
                succession.resume(resumed);
            } else {
                background.prepareNow();
            }
        }

        private void checkRoomForCut() {
            if (background.ready().isEmpty()) {
                throw new StorageException.DiskFull(
                        "the journal in " + directory.root() + " must be cut behind index "
                                + tip().index() + ", for which it needs " + settings.segmentBytes()
                                + " bytes on its device, and within maxJournalBytes; make room, or raise that, and start"
                                + " again",
                        null);
            }
        }
    }
}
