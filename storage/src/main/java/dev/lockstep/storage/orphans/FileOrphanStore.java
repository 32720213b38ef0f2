package dev.lockstep.storage.orphans;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.DurableDirectories;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.CloseHelper;

/**
 * Keeps orphans in files, each a batch, which {@link OrphanedFrames#read} shows. Owned by one thread at a time.
 *
 * <p>A file has the name of its first frame's index and term, and a number. After a crash it may end with a torn frame,
 * after a power cut it may hold less than was written; a batch that was sealed is whole.
 */
public final class FileOrphanStore implements OrphanStore {
    /** More than a file system keeps back: with less than that behind a frame, it is full. */
    private static final int SMALLEST_ROOM_BYTES = 64 * 1024;

    private final Path directory;
    private final Disk disk;
    private OrphanBatch batch;
    private Throwable failure;
    private boolean closed;

    private FileOrphanStore(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /**
     * Opens the store; touches nothing before there is a frame to keep.
     *
     * @param directory where the batches go, made with the first of them
     * @param disk the file system
     * @return the store
     */
    public static FileOrphanStore open(Path directory, Disk disk) {
        return new FileOrphanStore(directory, disk);
    }

    @Override
    public void keep(Frame frame) {
        checkUsable();
        try {
            if (batch == null) {
                DurableDirectories.create(directory, disk);
                batch = OrphanBatch.create(directory, frame, disk);
            }
            Invariant.check(
                    frame.firstIndex() > batch.lastIndex(),
                    "an orphan that is not behind the one before it",
                    batch.lastIndex() + 1,
                    frame.firstIndex());
            batch.append(frame);
        } catch (IOException refused) {
            throw notKept(frame, refused);
        }
    }

    private StorageException notKept(Frame frame, IOException refused) {
        if (disk.isFull(directory, frame.length() + SMALLEST_ROOM_BYTES, refused)) {
            return new StorageException.DiskFull(
                    "no room in " + directory + " for " + frame + " (" + frame.length()
                            + " bytes), which must be kept before it is cut from the log: make room there",
                    refused);
        }
        return failed("the device refused to keep " + frame + " in " + directory, refused);
    }

    @Override
    public String seal() {
        checkUsable();
        if (batch == null) {
            return null;
        }
        try {
            OrphanBatch ended = batch;
            if (ended.isEmpty()) {
                disk.delete(ended.file()); // there was no room for its first frame
            } else {
                ended.force();
                disk.forceDirectory(directory);
            }
            batch = null;
            ended.close();
            return ended.isEmpty() ? null : ended.file().getFileName().toString();
        } catch (IOException refused) {
            throw failed("the device refused to make the orphans in " + directory + " durable", refused);
        }
    }

    private StorageException failed(String what, IOException refused) {
        failure = refused;
        return new StorageException.ForceFailed(
                what + " (" + Refusal.why(refused)
                        + "): what it holds is unknown; check the device, then start the node again",
                refused);
    }

    private void checkUsable() {
        Invariant.check(!closed, "orphans are kept in a store that is closed");
        if (failure != null) {
            throw new StorageException.ForceFailed(
                    "an earlier write of orphans in " + directory + " failed, so what the device holds is unknown:"
                            + " stop the node, check the device, then start it again",
                    failure);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            CloseHelper.close(batch);
        }
    }
}
