package dev.lockstep.transport.aeron;

import dev.lockstep.transport.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;

/**
 * The directory that an embedded driver keeps its buffers in. Each driver has one of its own, with a lock beside it that
 * the system takes back when the process dies; so the next start tells what was left behind by its lock, whatever
 * process ids are used again, and removes it.
 */
final class DriverDirectory {
    private static final String PREFIX = "lockstep-";
    private static final String LOCK_SUFFIX = ".lock";
    private static final int ATTEMPTS = 10;
    /**
     * The names of the lock files that this process holds. It must not even open one again: when a second channel to a
     * file is closed, the system takes back the lock that was taken through the first.
     */
    private static final Set<String> OURS = ofThisProcess();

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

    /** Shared by all class loaders. */
    @SuppressWarnings("unchecked") // nobody else uses that key
    private static Set<String> ofThisProcess() {
        return (Set<String>) System.getProperties()
                .computeIfAbsent("dev.lockstep.transport.directories", key -> ConcurrentHashMap.newKeySet());
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
        for (int i = 0; i < ATTEMPTS; i++) {
            DriverDirectory taken = tryTakeBelow(place);
            if (taken != null) {
                return taken;
            }
        }
        throw new IOException(ATTEMPTS + " new lock files were taken away before they could be locked");
    }

    /** @return null if another process has taken the new lock file for one that was left behind */
    private static DriverDirectory tryTakeBelow(Path place) throws IOException {
        String name = PREFIX + Long.toHexString(ThreadLocalRandom.current().nextLong());
        Path lockFile = place.resolve(name + LOCK_SUFFIX);
        OURS.add(lockFile.getFileName().toString());
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            taken = lock != null && Files.exists(lockFile);
            return taken ? new DriverDirectory(place.resolve(name), lockFile, channel, lock) : null;
        } finally {
            if (!taken) {
                CloseHelper.quietClose(channel);
                OURS.remove(lockFile.getFileName().toString());
            }
        }
    }

    /** Removes what processes that have died left behind; others may be doing so at the same time. */
    private static void removeAbandoned(Path place) throws IOException {
        synchronized (OURS) {
            try (DirectoryStream<Path> locks = Files.newDirectoryStream(place, PREFIX + "*" + LOCK_SUFFIX)) {
                for (Path each : locks) {
                    removeIfAbandoned(each);
                }
            }
        }
    }

    private static void removeIfAbandoned(Path lockFile) throws IOException {
        if (OURS.contains(lockFile.getFileName().toString()) || !Files.isWritable(lockFile)) {
            return; // held by this very process, or another user's
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                String name = lockFile.getFileName().toString();
                Path left = lockFile.resolveSibling(name.substring(0, name.length() - LOCK_SUFFIX.length()));
                deleteTree(left);
                Files.deleteIfExists(lockFile);
            }
        } catch (NoSuchFileException e) {
            return; // another process was faster
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
        } finally {
            OURS.remove(lockFile.getFileName().toString());
        }
    }
}
