package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Replaces a small file in one step: whatever happens in between, a start finds the old one or the new one, whole. */
final class AtomicFile {
    private static final String NEW_SUFFIX = ".new";
    private static final int SMALLEST_ROOM_BYTES = 64 * 1024;

    private AtomicFile() {}

    /** @return the name under which the next content is written */
    static Path newNameOf(Path file) {
        return file.resolveSibling(file.getFileName() + NEW_SUFFIX);
    }

    /**
     * Returns when the device holds the new content under the file's name.
     *
     * @throws StorageException.DiskFull if there is no room: the file is untouched
     * @throws StorageException.ForceFailed if the device refuses: the file is the old or the new one
     */
    static void replace(Path file, ByteBuffer content, Disk disk) {
        Path newFile = newNameOf(file);
        boolean written = false;
        try (FileChannel channel = FileChannel.open(
                newFile, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            disk.write(channel, content, 0);
            written = true;
            disk.force(channel, newFile);
            disk.rename(newFile, file);
            disk.forceDirectory(file.getParent());
        } catch (IOException refused) {
            if (!written && disk.isFull(file.getParent(), SMALLEST_ROOM_BYTES, refused)) {
                throw new StorageException.DiskFull(
                        "no room to write " + newFile + " (" + content.capacity() + " bytes): make room there",
                        refused);
            }
            throw new StorageException.ForceFailed(
                    "the device refused to make " + file + " durable (" + Refusal.why(refused)
                            + "): what it holds is unknown; check the device, then start the node again",
                    refused);
        }
    }
}
