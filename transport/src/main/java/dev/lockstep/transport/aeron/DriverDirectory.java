package dev.lockstep.transport.aeron;

import dev.lockstep.transport.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.IoUtil;

/**
 * The directory that an embedded driver keeps its buffers in. Each driver has one of its own, with a lock beside it that
 * the system takes back when the process dies; so the next start tells what was left behind by its lock, whatever
 * process ids are used again, and removes it.
 */
final class DriverDirectory {
    private static final String PREFIX = "lockstep-";
    private static final String LOCK_SUFFIX = ".lock";

    private final Path directory;
    private final Path lockFile;
    private final FileChannel channel;
    private final FileLock lock;

    private DriverDirectory(Path directory, Path lockFile, FileChannel channel, FileLock lock) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes a new directory below one of two places.
     *
     * @param sharedMemory the first choice
     * @param fallback the second one; null if there is none
     * @param neededBytes what will be kept there
     */
    static DriverDirectory take(Path sharedMemory, Path fallback, long neededBytes) {
        try {
            if (Files.isDirectory(sharedMemory)) {
                removeAbandoned(sharedMemory);
            }
            if (hasRoom(sharedMemory, neededBytes)) {
                return takeBelow(sharedMemory);
            }
            if (fallback != null) {
                Files.createDirectories(fallback);
                removeAbandoned(fallback);
                if (hasRoom(fallback, neededBytes)) {
                    return takeBelow(fallback);
                }
            }
            throw new TransportException.NoRoom("the links need " + mib(neededBytes) + " MiB of shared memory, and "
                    + sharedMemory + " has " + mib(usable(sharedMemory)) + " MiB left"
                    + (fallback == null ? "" : ", " + fallback + " " + mib(usable(fallback)) + " MiB")
                    + "; give the container more shared memory (--shm-size), name a directory to fall back to, or make"
                    + " the terms smaller");
        } catch (IOException e) {
            throw new TransportException("no directory for the links' buffers can be made below " + sharedMemory, e);
        }
    }

    private static boolean hasRoom(Path place, long neededBytes) throws IOException {
        return Files.isDirectory(place) && Files.isWritable(place) && usable(place) >= neededBytes;
    }

    private static long usable(Path place) throws IOException {
        return Files.isDirectory(place) ? Files.getFileStore(place).getUsableSpace() : 0;
    }

    private static String mib(long bytes) {
        return Long.toString(bytes >> 20);
    }

    private static DriverDirectory takeBelow(Path place) throws IOException {
        String name = PREFIX + Long.toHexString(ThreadLocalRandom.current().nextLong());
        Path lockFile = place.resolve(name + LOCK_SUFFIX);
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new IOException("a new lock file is locked: " + lockFile);
        }
        return new DriverDirectory(place.resolve(name), lockFile, channel, lock);
    }

    /** Removes what processes that have died left behind. */
    private static void removeAbandoned(Path place) throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(place, PREFIX + "*" + LOCK_SUFFIX)) {
            for (Path each : locks) {
                removeIfAbandoned(each);
            }
        }
    }

    private static void removeIfAbandoned(Path lockFile) throws IOException {
        if (!Files.isWritable(lockFile)) {
            return; // another user's
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                String name = lockFile.getFileName().toString();
                Path left = lockFile.resolveSibling(name.substring(0, name.length() - LOCK_SUFFIX.length()));
                deleteTree(left);
                Files.deleteIfExists(lockFile);
            }
        } catch (OverlappingFileLockException e) {
            return; // held by this very process
        }
    }

    /** The driver may have removed it itself. */
    private static void deleteTree(Path tree) {
        if (Files.exists(tree)) {
            IoUtil.delete(tree.toFile(), true);
        }
    }

    Path path() {
        return directory;
    }

    /** Removes it; the driver has been closed. */
    void release() {
        deleteTree(directory);
        try {
            Files.deleteIfExists(lockFile);
            lock.close();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the lock " + lockFile + " could not be given back", e);
        }
    }
}
