package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.engine.replica.SnapshotsContract;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotSettings;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What production gives the replica keeps the contract of its port. */
final class NodeSnapshotsContractTest extends SnapshotsContract {
    @TempDir
    private Path directory;

    private WorkedSnapshots from;
    private WorkedSnapshots to;

    @BeforeEach
    void open() {
        from = open("from");
        to = open("to");
    }

    private WorkedSnapshots open(String name) {
        return new WorkedSnapshots(new UnforcedDisk(), directory.resolve(name), SnapshotSettings.DEFAULT_CHUNK_BYTES);
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
    }

    @Override
    protected Snapshots from() {
        return from;
    }

    @Override
    protected Snapshots to() {
        return to;
    }

    @Override
    protected void publish(Snapshots snapshots, SnapshotManifest manifest, byte[] state) {
        ((WorkedSnapshots) snapshots).publish(manifest, state);
    }

    @Override
    protected byte[] stateIn(Snapshots snapshots, FrameRef last) {
        return ((WorkedSnapshots) snapshots).state(last);
    }
}
