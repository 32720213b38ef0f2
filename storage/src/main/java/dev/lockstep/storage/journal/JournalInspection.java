package dev.lockstep.storage.journal;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Says all that can be said of a journal by looking at its files: its segments, the log that a start would find, and
 * everything that is damaged, also behind the first damage. It only reads, takes no lock, and needs nothing of
 * Chronicle; a node may be at work in the directory meanwhile.
 *
 * <p>What it cannot see: whether frames behind the flush mark were promised to anybody, whether a snapshot reaches the
 * beginning of the log, and whether the newest segments are gone altogether.
 *
 * <pre>{@code
 * JournalInspection inspection = JournalInspection.of(directory);
 * inspection.damage().forEach(System.out::println);
 * inspection.frames(100, 120, (segment, offset, frame) -> System.out.println(frame));
 * }</pre>
 *
 * <p>Immutable; any thread.
 */
public final class JournalInspection {
    /** A node's journal, below the node's directory. */
    private static final String JOURNAL = "journal";

    private static final String REMEDY = "; look as a user that may read it, and at the health of the device";
    /** An empty journal has nothing else. */
    private static final String WORK = "work";
    /** A node at work changes something at almost every look, but never twice so that the same place looks damaged. */
    private static final int MAX_LOOKS = 6;

    private final Path directory;
    private final JournalLook look;
    private final List<DamagedStretch> damage;

    private JournalInspection(Path directory, JournalLook look, List<DamagedStretch> damage) {
        this.directory = directory;
        this.look = look;
        this.damage = List.copyOf(damage);
    }

    /**
     * Reads and verifies everything, which takes about as long as reading the files. What looks damaged is read again
     * until two looks agree.
     *
     * @param nodeOrJournal a node's directory, or that of its journal
     * @return what was found
     * @throws StorageException if there is no journal, or it cannot be read
     */
    public static JournalInspection of(Path nodeOrJournal) {
        Path root = journalIn(nodeOrJournal);
        JournalDirectory directory = new JournalDirectory(root, Disk.system());
        try {
            JournalLook look = JournalLook.at(directory);
            List<DamagedStretch> damage = look.damage();
            for (int looks = 1; !look.damage().isEmpty() && looks < MAX_LOOKS; looks++) {
                JournalLook before = look;
                look = JournalLook.at(directory);
                damage = seenInBoth(before, look);
                if (damage.size() == look.damage().size()) {
                    break;
                }
            }
            return new JournalInspection(root, look, damage);
        } catch (IOException e) {
            throw new StorageException("the journal in " + root + " cannot be read: " + Refusal.why(e) + REMEDY, e);
        }
    }

    private static List<DamagedStretch> seenInBoth(JournalLook before, JournalLook now) {
        return now.damage().stream()
                .filter(each -> before.damage().stream().anyMatch(each::isSamePlaceAs))
                .toList();
    }

    private static Path journalIn(Path nodeOrJournal) {
        if (!Files.isDirectory(nodeOrJournal)) {
            throw new StorageException(
                    nodeOrJournal + " is not a directory; give a node's directory, or its journal's");
        }
        Path journal = nodeOrJournal.resolve(JOURNAL);
        if (Files.isDirectory(journal)) {
            return journal;
        }
        try {
            boolean hasSegments = !new JournalDirectory(nodeOrJournal, Disk.system())
                    .segments()
                    .isEmpty();
            if (hasSegments || Files.isDirectory(nodeOrJournal.resolve(WORK))) {
                return nodeOrJournal;
            }
        } catch (IOException e) {
            throw new StorageException(nodeOrJournal + " cannot be read: " + Refusal.why(e) + REMEDY, e);
        }
        throw new StorageException("there is no journal in " + nodeOrJournal
                + ": neither a directory \"journal\" nor segments; give a node's directory, or its journal's");
    }

    /** @return the journal's directory */
    public Path directory() {
        return directory;
    }

    /** @return the segments of the log, the oldest first; then those that were replaced; then those set aside */
    public List<InspectedSegment> segments() {
        return List.copyOf(look.segments());
    }

    /** @return the log as a start would find it */
    public InspectedLog log() {
        return look.log();
    }

    /** @return everything that is damaged, in the order of the log; empty if the journal is sound */
    public List<DamagedStretch> damage() {
        return damage;
    }

    /** @return what else is worth knowing, and is no damage */
    public List<String> notes() {
        List<String> notes = new ArrayList<>(look.notes());
        if (damage.size() < look.damage().size()) {
            notes.add("in use: what looked damaged was somewhere else at each of " + MAX_LOOKS
                    + " looks, so the log as shown here may end too early");
        }
        return notes;
    }

    /**
     * Shows the sound frames that hold an index of a range, in the order of the log, also those behind damage. The
     * files are read anew; what was deleted or cut meanwhile is passed over.
     *
     * @param from the first index
     * @param to the last index
     * @param visitor is shown the frames
     * @throws StorageException if a file cannot be read
     */
    public void frames(long from, long to, FrameVisitor visitor) {
        for (InspectedSegment segment : look.segments()) {
            boolean counts = segment.state() == SegmentState.NAMED || segment.state() == SegmentState.UNNAMED;
            if (counts && segment.firstIndex() <= to && segment.lastIndex() >= from) {
                FrameShow.of(segment, from, to, visitor);
            }
        }
    }
}
