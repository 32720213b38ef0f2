package dev.lockstep.engine.real;

import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.engine.replica.SnapshotsContract;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.FileSnapshotStore;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class StoredSnapshotsTest extends SnapshotsContract {
    @TempDir
    private Path directory;

    private StoredSnapshots from;
    private StoredSnapshots to;

    @BeforeEach
    void open() {
        from = open("from");
        to = open("to");
    }

    private StoredSnapshots open(String name) {
        return new StoredSnapshots(FileSnapshotStore.open(
                Disk.system(), directory.resolve(name), SnapshotSettings.of(ClusterId.UNBORN, damaged -> {
                    throw damaged;
                })));
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
        ((StoredSnapshots) snapshots).publish(manifest, state);
    }

    @Override
    protected byte[] stateIn(Snapshots snapshots, FrameRef last) {
        return ((StoredSnapshots) snapshots).state(last);
    }
}
