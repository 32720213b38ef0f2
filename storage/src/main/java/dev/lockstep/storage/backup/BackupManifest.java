package dev.lockstep.storage.backup;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;

/**
 * What a backup holds. Immutable.
 *
 * @param cluster the cluster whose history it is
 * @param epoch the epoch of the last frame
 * @param base the last frame that the snapshot includes; {@link FrameRef#ORIGIN} if there is no snapshot, for the log goes
 *     back to the first frame
 * @param last the last frame; the base if the log is empty
 * @param logBytes the length of the log
 * @param snapshotBytes the length of the snapshot; zero if there is none
 * @param takenAtMs what the clock of the machine said when it was taken
 */
public record BackupManifest(
        ClusterId cluster,
        long epoch,
        FrameRef base,
        FrameRef last,
        long logBytes,
        long snapshotBytes,
        long takenAtMs) {
    /** @return whether there is a snapshot, so that the log need not begin with the first frame */
    public boolean hasSnapshot() {
        return base.index() > 0;
    }

    @Override
    public String toString() {
        return "backup of cluster " + cluster + ", epoch " + epoch + ", from " + base + " to " + last;
    }
}
