package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Keeps the marks in a memory-mapped file, where each store costs nanoseconds and survives a kill. Owned by one thread.
 *
 * <p>They count only within the boot that the file names. In another boot, or when the file is missing or damaged, both
 * start at zero and may be stored to only after {@link #rebind}: until the start has taken its decisions and made them
 * durable, another start must take them again.
 */
public final class MappedMarks implements Marks {
    private static final String FILE_NAME = "marks";

    private final MappedByteBuffer mapped;
    private final MarksPage page;
    private final BootId boot;
    private boolean sameBoot;
    private boolean closed;

    private MappedMarks(MappedByteBuffer mapped, BootId boot, boolean sameBoot) {
        this.mapped = mapped;
        this.page = new MarksPage(new UnsafeBuffer(mapped));
        this.boot = boot;
        this.sameBoot = sameBoot;
    }

    /**
     * Maps the marks of a directory; makes the file anew unless it stems from this boot. Blocks on the device when it
     * does.
     *
     * @param directory the node's directory; it exists and is locked by the caller
     * @param now this start of the machine
     * @param disk the file system
     * @return the marks
     * @throws StorageException.DiskFull if there is no room for the file
     * @throws StorageException if the device refuses
     */
    public static MappedMarks open(Path directory, BootId now, Disk disk) {
        Path file = directory.resolve(FILE_NAME);
        boolean sameBoot = isOf(now, file);
        if (!sameBoot) {
            // Anew, with every byte written: a store to a page without a block on a full disk would kill the process.
            AtomicFile.replace(file, ByteBuffer.allocate(MarksPage.LENGTH), disk);
        }
        return new MappedMarks(map(file), now, sameBoot);
    }

    private static boolean isOf(BootId now, Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            ByteBuffer aligned = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
            return new MarksPage(new UnsafeBuffer(aligned)).isOf(now);
        } catch (NoSuchFileException never) {
            return false;
        } catch (IOException unreadable) {
            throw refused(file, unreadable);
        }
    }

    private static MappedByteBuffer map(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, MarksPage.LENGTH);
        } catch (IOException unmappable) {
            throw refused(file, unmappable);
        }
    }

    private static StorageException refused(Path file, IOException cause) {
        return new StorageException(
                "the marks " + file + " cannot be opened (" + Refusal.why(cause)
                        + "): check the device and the permissions, then start the node again",
                cause);
    }

    /** @return whether the marks stem from this start of the machine, so that nothing written since can be lost */
    public boolean sameBoot() {
        return sameBoot;
    }

    /**
     * Declares the start's decisions done: from here on the marks are this boot's. Does not block. A kill in between
     * leaves marks that count as another boot's, or both values complete.
     *
     * <p>Call it last: what the start has decided (cut, set aside, recovering) must be forced before, since the next
     * start of this boot relies on it.
     *
     * @param promised what the node has promised to hold of the log that the start has left
     * @param commit where the commit index starts: it may be lower than before, as the log may be another
     */
    public void rebind(long promised, long commit) {
        Invariant.check(!closed, "marks used after their close");
        Invariant.check(promised >= 0, "a negative index promised", 0, promised);
        Invariant.check(commit >= 0, "a negative index committed", 0, commit);
        page.rebind(boot, promised, commit);
        sameBoot = true;
    }

    @Override
    public long promised() {
        Invariant.check(!closed, "marks used after their close");
        return page.promised();
    }

    @Override
    public void promised(long index) {
        checkStorable();
        Invariant.check(index >= 0, "a negative index promised", 0, index);
        page.promised(index);
    }

    @Override
    public long commit() {
        Invariant.check(!closed, "marks used after their close");
        return page.commit();
    }

    @Override
    public void commit(long index) {
        checkStorable();
        long noted = page.commit();
        Invariant.check(index >= noted, "the commit index went back", noted, index);
        page.commit(index);
    }

    @Override
    public void commitAfterYielding(long index) {
        checkStorable();
        Invariant.check(index >= 0, "a negative index committed", 0, index);
        page.commit(index);
    }

    private void checkStorable() {
        Invariant.check(!closed, "marks used after their close");
        Invariant.check(sameBoot, "marks of another boot stored to before they were bound to this one");
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            IoUtil.unmap(mapped);
        }
    }
}
