package dev.lockstep.engine.restore;

import dev.lockstep.engine.Durability;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.journal.JournalSettings;
import java.nio.file.Path;

/**
 * What is to be restored, and how. Immutable.
 *
 * @param backup where the backup lies
 * @param index the last index wanted; zero for all of it
 * @param members the new cluster's members, as users write them; null for a node that is alone
 * @param durability what an acknowledgement promises in it; null for what is right
 * @param segmentBytes the segments of the new journals, if no frame needs longer ones
 * @param disk what to write with
 */
public record RestoreRequest(
        Path backup, long index, String members, Durability durability, int segmentBytes, Disk disk) {
    /**
     * @param backup where it lies
     * @return all of it, to a node that is alone
     */
    public static RestoreRequest of(Path backup) {
        return new RestoreRequest(backup, 0, null, null, JournalSettings.DEFAULT.segmentBytes(), Disk.system());
    }

    /**
     * @param last the last index wanted
     * @return the same otherwise
     */
    public RestoreRequest withIndex(long last) {
        // Zero stands for all of it, and no log has a last index before its first.
        return new RestoreRequest(backup, last == 0 ? -1 : last, members, durability, segmentBytes, disk);
    }

    /**
     * @param list the new cluster's members
     * @return the same otherwise
     */
    public RestoreRequest withMembers(String list) {
        return new RestoreRequest(backup, index, list, durability, segmentBytes, disk);
    }

    /**
     * @param promised what an acknowledgement promises
     * @return the same otherwise
     */
    public RestoreRequest withDurability(Durability promised) {
        return new RestoreRequest(backup, index, members, promised, segmentBytes, disk);
    }

    /** For tests: on a disk that fails, with short segments. */
    RestoreRequest on(Disk other, int otherSegmentBytes) {
        return new RestoreRequest(backup, index, members, durability, otherSegmentBytes, other);
    }
}
