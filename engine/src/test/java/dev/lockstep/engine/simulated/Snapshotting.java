package dev.lockstep.engine.simulated;

import dev.lockstep.engine.replica.Replica;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.SplittableRandom;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Takes a snapshot of what a node has applied and knows to be committed, and lets the log go behind the older of two. */
final class Snapshotting {
    private Snapshotting() {}

    static void take(SimulatedNode node, SplittableRandom random) {
        Replica replica = node.replica();
        AppliedLog state = node.state();
        long index = state.appliedIndex();
        FrameRef last = node.disk.holding(index);
        boolean isUsable = last != null
                && state.isWhole()
                && last.index() == index
                && index <= replica.commitIndex()
                && index > node.disk.base().index()
                && replica.config() != null
                && !replica.isRecovering();
        if (!isUsable) {
            return;
        }
        long timeNs = timeAt(node, index);
        if (timeNs < 0) {
            return;
        }
        ExpandableArrayBuffer config = new ExpandableArrayBuffer();
        int length = replica.configAt(index, config, 0);
        if (length < 0) {
            return;
        }
        SnapshotManifest manifest = new SnapshotManifest(
                last,
                replica.config().clusterId(),
                replica.epochAt(index),
                replica.config().stateMachineVersion(),
                timeNs,
                new UnsafeBuffer(config, 0, length));
        state.keep(manifest);
        var kept = node.disk.snapshots();
        if (kept.size() > 1 && random.nextBoolean()) {
            node.started()
                    .journal()
                    .compactBelow(kept.get(kept.size() - 1).last().index() + 1);
            node.started().journal().prepare();
        }
    }

    private static long timeAt(SimulatedNode node, long index) {
        try (var reader = node.started().journal().newReader()) {
            boolean isThere = reader.seek(index) == dev.lockstep.storage.journal.ReadResult.FRAME;
            Frame frame = isThere ? reader.frame() : null;
            return frame == null ? -1 : frame.clusterTimeNs();
        }
    }
}
