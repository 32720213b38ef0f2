package dev.lockstep.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Holds a directory for one engine. The second opener is refused at once and told who holds it, whether it comes from
 * another process or from this one, and by whichever path. Any thread may acquire and release.
 *
 * <p>The lock is the operating system's on the file {@code lock}, so a killed process leaves nothing behind that stops
 * the next one. The holder is named in a file of its own, {@code lock.holder}: a process that closes {@code lock} after
 * reading it would thereby give its own lock away. For the same reason nothing else in the process may open {@code lock},
 * and nothing at all may delete it.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final String LOCK_FILE = "lock";
    private static final String HOLDER_FILE = "lock.holder";

    private final Path directory;
    private final FileChannel locked;
    private boolean released;

    private DirectoryLock(Path directory, FileChannel locked) {
        this.directory = directory;
        this.locked = locked;
    }

    /**
     * Takes the directory, which is made, durably, if there is none. Blocks on the device, never on the holder.
     *
     * @param directory the node's directory
     * @return the lock, until it is closed or the process ends in whatever way
     * @throws StorageException.InUse if somebody holds it
     * @throws StorageException if the directory cannot be made or locked
     */
    public static DirectoryLock acquire(Path directory) {
        return acquire(directory, Disk.system());
    }

    static DirectoryLock acquire(Path directory, Disk disk) {
        try {
            DurableDirectories.create(directory, disk);
            FileChannel locked = LockFile.tryLock(directory.resolve(LOCK_FILE)).orElseThrow(() -> inUse(directory));
            return named(new DirectoryLock(directory, locked));
        } catch (IOException refused) {
            throw new StorageException(
                    "cannot take the directory " + directory + " (" + Refusal.why(refused)
                            + "): it must be a directory that this user may write to, on a file system that has locks",
                    refused);
        }
    }

    private static StorageException.InUse inUse(Path directory) {
        return new StorageException.InUse("the directory " + directory + " is in use by "
                + holder(directory).orElse("a process that has not said yet who it is")
                + ": stop that one, or choose another directory");
    }

    private static DirectoryLock named(DirectoryLock lock) throws IOException {
        try {
            lock.write(LockHolder.thisProcess().encode());
            return lock;
        } catch (IOException unnamed) {
            lock.locked.close();
            throw unnamed;
        }
    }

    /** Writes over what is there, which needs no room: a full disk must not keep a node from starting. */
    private void write(byte[] holder) throws IOException {
        Path file = directory.resolve(HOLDER_FILE);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            Disk.system().write(out, ByteBuffer.wrap(holder), 0);
        }
    }

    /**
     * Says who runs on a directory, for a person to read. Touches no lock, so the answer may be old by the time it is
     * read, and a process of another machine or container may be gone: whoever wants to write must {@link #acquire}.
     *
     * @param directory a node's directory
     * @return the holder; nothing if there is none that may still be alive
     * @throws StorageException if the directory cannot be read
     */
    public static Optional<String> holder(Path directory) {
        try {
            return LockHolder.decode(Files.readAllBytes(directory.resolve(HOLDER_FILE)))
                    .filter(holder -> !holder.isGone())
                    .map(LockHolder::toString);
        } catch (NoSuchFileException nobodyYet) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new StorageException(
                    "cannot read who holds the directory " + directory + " (" + Refusal.why(unreadable)
                            + "): look as a user that may read it",
                    unreadable);
        }
    }

    /**
     * Lets the directory go; does nothing the second time.
     *
     * @throws StorageException if the device refuses; the directory is free all the same
     */
    @Override
    public synchronized void close() {
        if (released) {
            return;
        }
        released = true;
        try (locked) {
            write(LockHolder.encodeNobody());
        } catch (IOException refused) {
            throw new StorageException(
                    "the directory " + directory + " is free, but was not let go in good order: " + Refusal.why(refused)
                            + "; the next one to take it puts that right",
                    refused);
        }
    }
}
