package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a snapshot is of. Immutable; may be used from any thread.
 *
 * @param last the last frame whose effects are included
 * @param cluster the cluster
 * @param epoch the epoch of that frame
 * @param stateMachineVersion the state-machine version active at that frame
 * @param clusterTimeNs the cluster's time at that frame
 * @param config the bytes of the CONFIG in force at that frame, opaque here; copied. Do not change what you are given.
 */
public record SnapshotManifest(
        FrameRef last,
        ClusterId cluster,
        long epoch,
        int stateMachineVersion,
        long clusterTimeNs,
        DirectBuffer config) {
    /** The longest CONFIG. */
    public static final int MAX_CONFIG_BYTES = 64 * 1024;

    /**
     * @throws IllegalArgumentException if no snapshot can be of that; the message says why
     */
    public SnapshotManifest {
        require(last.index() >= 1 && last.term() >= 1, "a snapshot ends with a frame, but " + last + " is none");
        require(cluster.isPresent(), "a snapshot belongs to a cluster, but the one at " + last + " names none");
        require(epoch >= 0, "an epoch is never negative, but the snapshot at " + last + " names " + epoch);
        require(
                config.capacity() <= MAX_CONFIG_BYTES,
                "CONFIG may have " + MAX_CONFIG_BYTES + " bytes, but it has " + config.capacity());
        byte[] copy = new byte[config.capacity()];
        config.getBytes(0, copy);
        config = new UnsafeBuffer(copy);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Whether this one's history goes on where another one's ends. A longer log of an older epoch or term is not newer:
     * it is a branch that was left.
     *
     * @param other the other one, of the same cluster
     * @return whether this one supersedes it
     */
    public boolean isNewerThan(SnapshotManifest other) {
        return last.index() > other.last.index() && last.term() >= other.last.term() && epoch >= other.epoch;
    }

    @Override
    public String toString() {
        return "snapshot at " + last + " of cluster " + cluster + ", epoch " + epoch;
    }
}
