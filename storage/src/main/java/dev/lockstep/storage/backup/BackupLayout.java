package dev.lockstep.storage.backup;

import dev.lockstep.storage.snapshot.SnapshotFiles;
import java.nio.file.Path;

/**
 * The names in a backup's directory.
 *
 * @param directory the directory
 */
record BackupLayout(Path directory) {
    static final String MANIFEST = "backup.manifest";
    static final String LOG = "backup.log";
    static final String REMEDY = "Use another backup; what this one holds cannot be relied on";

    Path manifest() {
        return directory.resolve(MANIFEST);
    }

    /** @return where the manifest is written before it gets its name */
    Path newManifest() {
        return directory.resolve(MANIFEST + ".new");
    }

    Path log() {
        return directory.resolve(LOG);
    }

    /** @param index the last index that the snapshot includes */
    Path snapshot(long index) {
        return directory.resolve(SnapshotFiles.nameOf(index));
    }
}
