package dev.lockstep.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Locks a file for this process, and never loses a lock by looking whether it is there. Any thread.
 *
 * <p>POSIX takes all of a process's locks on a file away when the process closes <em>any</em> of its descriptors of that
 * file. Whoever else of this process holds the lock, perhaps through another class loader, would lose it to a failed
 * attempt that closes its own. So a descriptor that did not get the lock is kept for the next attempt instead.
 */
final class LockFile {
    /** By file, so at most one each. Static, since descriptors belong to the process: no engine could own this. */
    private static final Map<Object, FileChannel> PARKED = new HashMap<>();

    private LockFile() {}

    /**
     * @param file is made if it is missing, and must never be deleted: whoever locks a deleted file holds nothing
     * @return the open file, locked until it is closed or the process ends; nothing if somebody else holds it
     * @throws IOException if the file cannot be opened or the file system has no locks
     */
    static Optional<FileChannel> tryLock(Path file) throws IOException {
        synchronized (PARKED) {
            FileChannel channel = unparkOrOpen(file);
            boolean locked = false;
            try {
                locked = tryLock(channel);
            } finally {
                if (!locked) {
                    PARKED.put(keyOf(file), channel);
                }
            }
            return locked ? Optional.of(channel) : Optional.empty();
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static FileChannel unparkOrOpen(Path file) throws IOException {
        FileChannel parked = Files.exists(file) ? PARKED.remove(keyOf(file)) : null;
        return parked != null ? parked : FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** The same for every path that leads to the file. */
    private static Object keyOf(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key != null ? key : file.toRealPath();
    }
}
