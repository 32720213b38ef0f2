package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a directory holds when it is opened. Finding it changes nothing.
 *
 * @param sound those of sound structure, newest first
 * @param damaged the others, by index, and what is wrong with them
 */
record FoundSnapshots(List<SnapshotManifest> sound, Map<Long, StorageException.Damaged> damaged) {
    static FoundSnapshots in(SnapshotDirectory directory) {
        List<SnapshotManifest> sound = new ArrayList<>();
        Map<Long, StorageException.Damaged> damaged = new LinkedHashMap<>();
        for (long index : directory.indexes(SnapshotDirectory.PUBLISHED)) {
            Path path = directory.file(index, SnapshotDirectory.PUBLISHED);
            try (SnapshotFile file = SnapshotFile.open(path, index)) {
                sound.add(file.manifest());
            } catch (StorageException.Damaged found) {
                damaged.put(index, found);
            }
        }
        return new FoundSnapshots(sound, damaged);
    }

    void checkCluster(ClusterId expected, Path directory) {
        for (SnapshotManifest manifest : sound) {
            ClusterId cluster = expected.isPresent() ? expected : sound.get(0).cluster();
            if (!manifest.cluster().equals(cluster)) {
                throw new StorageException.WrongCluster(
                        directory + " is used for cluster " + cluster + ", but it holds a " + manifest
                                + ": use another directory, or move what is there out of the way");
            }
        }
    }
}
