package dev.lockstep.storage.backup;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Touches the disk for one backup, and says in words what the disk refuses. May be used from any thread. */
final class BackupDisk {
    /** Something that the disk is asked to do. */
    interface Act {
        void run(Disk disk) throws IOException;
    }

    private static final String LOOK = "; let this user write there, and look at the health of the device";

    private final Disk disk;
    private final Path directory;

    BackupDisk(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    Disk disk() {
        return disk;
    }

    /** @param what it is, to stand behind "cannot" */
    void run(String what, Act act) {
        try {
            act.run(disk);
        } catch (IOException refused) {
            String refusal = "cannot " + what + ": " + Refusal.why(refused);
            throw Disk.saysFull(refused)
                    ? new StorageException.DiskFull(refusal + "; make room there, and try again", refused)
                    : new StorageException(refusal + LOOK, refused);
        }
    }

    /** Looks for room before it writes: a full disk is then met before the file grows, and the node may live there too. */
    void write(FileChannel channel, Path file, ByteBuffer bytes, long position) {
        int needed = bytes.remaining();
        run("learn how much room there is in " + directory, asked -> {
            long available = asked.usableBytes(directory);
            if (available < needed) {
                throw full(file, needed, available, null);
            }
        });
        try {
            disk.write(channel, bytes, position);
        } catch (IOException refused) {
            if (disk.isFull(directory, needed, refused)) {
                throw full(file, needed, 0, refused);
            }
            throw new StorageException("cannot write " + file + ": " + Refusal.why(refused) + LOOK, refused);
        }
    }

    private static StorageException.DiskFull full(Path file, long needed, long available, IOException refused) {
        return new StorageException.DiskFull(
                "no room for " + file + ": it needs " + needed + " more bytes, " + available
                        + " are available; make room there, or write the backup elsewhere",
                refused);
    }

    void force(FileChannel channel, Path file) {
        try {
            disk.force(channel, file);
        } catch (IOException refused) {
            throw new StorageException.ForceFailed(
                    "cannot force " + file + ": " + Refusal.why(refused) + "; look at the health of the device",
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
}
