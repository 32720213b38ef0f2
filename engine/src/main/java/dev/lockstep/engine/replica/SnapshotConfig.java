package dev.lockstep.engine.replica;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a snapshot says of the configuration in force where it ends, as whoever applies the log has come upon it.
 *
 * @param cluster the cluster
 * @param epoch the epoch
 * @param bytes what the manifest keeps of it; not to be changed
 */
public record SnapshotConfig(ClusterId cluster, long epoch, DirectBuffer bytes) {
    /**
     * @param frame a CONFIG frame; its cursor is moved
     * @return what it says
     */
    public static SnapshotConfig of(Frame frame) {
        PlacedConfig placed = ConfigFrames.configOf(frame);
        ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
        int length = ConfigCodec.encode(placed, bytes, 0);
        return new SnapshotConfig(
                placed.config().clusterId(), placed.config().epoch(), new UnsafeBuffer(bytes, 0, length));
    }

    /**
     * @param manifest a snapshot's
     * @return what was in force where it ends
     */
    public static SnapshotConfig of(SnapshotManifest manifest) {
        return new SnapshotConfig(manifest.cluster(), manifest.epoch(), manifest.config());
    }
}
