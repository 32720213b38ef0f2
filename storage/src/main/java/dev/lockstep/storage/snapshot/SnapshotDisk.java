package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.DurableDirectories;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Touches the disk for one snapshot directory, and says in words what the disk refuses. May be used from any thread. */
final class SnapshotDisk {
    private static final String LOOK = "let this user write there, and look at the health of the device";

    private final Disk disk;
    private final Path directory;

    private SnapshotDisk(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** Makes the directory, durably, if there is none. */
    static SnapshotDisk open(Disk disk, Path directory) {
        try {
            DurableDirectories.create(directory, disk);
        } catch (IOException refused) {
            String what = "the snapshot directory " + directory + " cannot be made durable: " + Refusal.why(refused);
            throw Disk.saysFull(refused)
                    ? new StorageException.DiskFull(what + "; make room and start again", refused)
                    : new StorageException.ForceFailed(
                            what + "; let this user write there, look at the health of the device, and start again",
                            refused);
        }
        return new SnapshotDisk(disk, directory);
    }

    Path directory() {
        return directory;
    }

    /** Looks for room before it writes: a full disk is then met before the file grows. */
    void write(FileChannel channel, Path file, ByteBuffer bytes, long position) {
        int needed = bytes.remaining();
        long available = available();
        if (available < needed) {
            throw full(file, needed, available, null);
        }
        try {
            disk.write(channel, bytes, position);
        } catch (IOException refused) {
            throw refusedWrite(file, needed, refused);
        }
    }

    /** @return what to throw when the device refused to take bytes, or a new file */
    StorageException refusedWrite(Path file, long needed, IOException refused) {
        long available;
        try {
            available = available();
        } catch (StorageException alsoRefused) {
            refused.addSuppressed(alsoRefused);
            return cannotWrite(file, refused);
        }
        return available < needed || Disk.saysFull(refused)
                ? full(file, needed, available, refused)
                : cannotWrite(file, refused);
    }

    private static StorageException cannotWrite(Path file, IOException refused) {
        return refusal("cannot write " + file, refused, LOOK);
    }

    private static StorageException refusal(String what, IOException refused, String remedy) {
        return new StorageException(what + ": " + Refusal.why(refused) + "; " + remedy, refused);
    }

    private static StorageException.DiskFull full(Path file, long needed, long available, IOException refused) {
        return new StorageException.DiskFull(
                "no room for " + file + ": it needs " + needed + " more bytes, " + available
                        + " are available; free some. The snapshots kept are intact",
                refused);
    }

    private long available() {
        try {
            return disk.usableBytes(directory);
        } catch (IOException refused) {
            throw refusal("cannot learn how much room there is in " + directory, refused, LOOK);
        }
    }

    void force(FileChannel channel, Path file) {
        try {
            disk.force(channel, file);
        } catch (IOException refused) {
            throw new StorageException.ForceFailed(
                    "cannot force " + file + ": " + Refusal.why(refused)
                            + "; it is not published. Look at the health of the device",
                    refused);
        }
    }

    void forceDirectory() {
        try {
            disk.forceDirectory(directory);
        } catch (IOException refused) {
            throw new StorageException.ForceFailed(
                    "cannot force the directory " + directory + ": " + Refusal.why(refused)
                            + "; look at the health of the device",
                    refused);
        }
    }

    void rename(Path from, Path to) {
        try {
            disk.rename(from, to);
        } catch (IOException refused) {
            throw refusal("cannot rename " + from + " to " + to, refused, LOOK);
        }
    }

    void delete(Path file) {
        try {
            disk.delete(file);
        } catch (IOException refused) {
            throw refusal("cannot remove " + file, refused, LOOK);
        }
    }
}
