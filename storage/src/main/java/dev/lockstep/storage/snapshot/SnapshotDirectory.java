package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names in a snapshot directory, and the steps by which they change. A name tells the index, in as many digits as
 * it can have, so that names sort like indexes. May be used from any thread, but changes need the store's lock.
 */
final class SnapshotDirectory {
    /** How many files of a kind that was set aside are kept, for whoever wants to look at them. */
    static final int KEPT_ASIDE = 2;

    static final String PUBLISHED = "";
    static final String PARTIAL = ".partial";
    static final String DAMAGED = ".damaged";
    static final String ORPHAN = ".orphan";

    private static final Pattern NAME = Pattern.compile("snapshot-(\\d{19})\\.snap(\\.[a-z]+)?");

    private static final String LAST_INDEX = String.valueOf(Long.MAX_VALUE);

    private final SnapshotDisk disk;

    SnapshotDirectory(SnapshotDisk disk) {
        this.disk = disk;
    }

    SnapshotDisk disk() {
        return disk;
    }

    Path file(long index, String suffix) {
        return disk.directory().resolve(SnapshotFiles.nameOf(index) + suffix);
    }

    /** @return the indexes of the files with that suffix, newest first */
    List<Long> indexes(String suffix) {
        try (Stream<Path> files = Files.list(disk.directory())) {
            return files.map(file -> NAME.matcher(file.getFileName().toString()))
                    .filter(name -> isSnapshot(name) && suffix.equals(suffixOf(name)))
                    .map(name -> Long.valueOf(name.group(1)))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException refused) {
            throw new StorageException(
                    "cannot list the snapshots in " + disk.directory() + ": " + Refusal.why(refused)
                            + "; let this user read it, and look at the health of the device",
                    refused);
        }
    }

    private static boolean isSnapshot(Matcher name) {
        return name.matches() && name.group(1).compareTo(LAST_INDEX) <= 0;
    }

    private static String suffixOf(Matcher name) {
        return name.group(2) == null ? PUBLISHED : name.group(2);
    }

    /** Gives a forced file its final name; durable on return. If that fails, the final name is not left behind. */
    void publish(long index) {
        disk.rename(file(index, PARTIAL), file(index, PUBLISHED));
        try {
            disk.forceDirectory();
        } catch (StorageException.ForceFailed failed) {
            // After a failed force the next one may claim success for what is lost: the name must not be found again.
            deleteAfter(failed, file(index, PUBLISHED));
            throw failed;
        }
    }

    /** Removes a file because of a failure, which is what the caller must hear of. */
    void deleteAfter(StorageException failure, Path file) {
        try {
            disk.delete(file);
        } catch (StorageException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    /** Removes a published file; durable on return, so that a power cut never leaves a newer one removed before it. */
    void remove(long index) {
        disk.delete(file(index, PUBLISHED));
        disk.forceDirectory();
    }

    /** Takes a published file out of use without destroying it; durable on return. */
    void setAside(long index, String suffix) {
        disk.rename(file(index, PUBLISHED), file(index, suffix));
        disk.forceDirectory();
        List<Long> aside = indexes(suffix);
        for (int i = KEPT_ASIDE; i < aside.size(); i++) {
            disk.delete(file(aside.get(i), suffix));
        }
    }

    /** Removes what was never published. */
    void removePartial() {
        for (long index : indexes(PARTIAL)) {
            disk.delete(file(index, PARTIAL));
        }
    }
}
