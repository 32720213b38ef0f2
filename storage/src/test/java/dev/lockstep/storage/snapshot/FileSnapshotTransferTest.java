package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.Disk;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileSnapshotTransferTest extends SnapshotTransferContract {
    @TempDir
    private Path root;

    @Override
    protected SnapshotStore open(String node, SnapshotSettings settings) {
        return FileSnapshotStore.open(Disk.system(), root.resolve(node), settings);
    }
}
