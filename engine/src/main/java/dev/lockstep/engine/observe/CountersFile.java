package dev.lockstep.engine.observe;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * A node's counters in a memory-mapped file of its directory, where other processes see them while it runs, and find
 * what they were when it has died. Opened and closed by any one thread.
 *
 * <p>Nobody can be hurt by it. Its bytes are written before it is mapped, so that a full disk is met here and not as a
 * SIGBUS by a later store; where it cannot be made, the counters are kept in memory. It replaces the file of an earlier
 * start by name, so that who has that one mapped goes on seeing it, whole. And {@link #close} does not unmap: a
 * submitter's thread may count a refusal even after that, and would take the process along. The mapping goes with the
 * last counter that points to it.
 */
public final class CountersFile implements AutoCloseable {
    /** Enough for the node's own and for those of a hundred standbys. */
    static final int MAX_COUNTERS = 256;

    private static final String FILE_NAME = "counters.dat";
    private static final String NEW_SUFFIX = ".new";
    private static final int VALUES_BYTES = MAX_COUNTERS * CountersReader.COUNTER_LENGTH;
    private static final int METADATA_BYTES = MAX_COUNTERS * CountersReader.METADATA_LENGTH;
    private static final int FILE_BYTES = CountersHead.LENGTH + VALUES_BYTES + METADATA_BYTES;
    /** A reader that has just read one's label does not find another one's value behind it. */
    private static final long REUSE_AFTER_MS = 1_000;

    private final EpochClock clock;
    private final CountersHead head;
    private final CountersManager counters;
    private final String remark;
    private boolean isClosed;

    private CountersFile(ByteBuffer content, EpochClock clock, String remark) {
        this.clock = clock;
        this.head = new CountersHead(new UnsafeBuffer(content));
        this.counters =
                new CountersManager(head.metadata(), head.values(), StandardCharsets.US_ASCII, clock, REUSE_AFTER_MS);
        this.remark = remark;
    }

    /**
     * Makes the file anew and maps it. Blocks on the device for as long as it takes to write 160 KB; throws nothing that
     * the device does.
     *
     * @param directory the node's directory; it exists and is locked by the caller
     * @param disk the file system
     * @param clock the wall clock, to say when the node has started and closed
     * @return the counters, in the file if that could be made
     */
    public static CountersFile open(Path directory, Disk disk, EpochClock clock) {
        Path file = fileIn(directory);
        ByteBuffer content = newContent(clock);
        try {
            return new CountersFile(make(file, content, disk), clock, null);
        } catch (IOException refused) {
            return new CountersFile(content, clock, remark(file, disk, refused));
        }
    }

    private static Path fileIn(Path directory) {
        return directory.resolve(FILE_NAME);
    }

    private static Path newNameOf(Path file) {
        return file.resolveSibling(file.getFileName() + NEW_SUFFIX);
    }

    private static ByteBuffer newContent(EpochClock clock) {
        ByteBuffer content = ByteBuffer.allocateDirect(FILE_BYTES);
        new CountersHead(new UnsafeBuffer(content)).write(VALUES_BYTES, clock.time());
        return content;
    }

    private static ByteBuffer make(Path file, ByteBuffer content, Disk disk) throws IOException {
        Path newFile = newNameOf(file);
        disk.delete(newFile);
        try (FileChannel channel = FileChannel.open(
                newFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            disk.write(channel, content.duplicate(), 0);
            // Not for the counters' sake: some file systems find only now that there is no room.
            disk.force(channel, newFile);
            ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_BYTES);
            disk.rename(newFile, file);
            return mapped;
        }
    }

    private static String remark(Path file, Disk disk, IOException refused) {
        String why = disk.isFull(file.getParent(), FILE_BYTES, refused)
                ? "no room for " + FILE_BYTES + " bytes"
                : Refusal.why(refused);
        return file + " cannot be made (" + why
                + "): the counters are kept in memory, where no other process sees them;"
                + " mend that and start the node again" + withdraw(file, disk);
    }

    /** What an earlier start has left must not be taken for what this one counts. */
    private static String withdraw(Path file, Disk disk) {
        try {
            disk.delete(newNameOf(file));
            disk.delete(file);
            return "";
        } catch (IOException refused) {
            return ". The file that is there is of an earlier start (" + Refusal.why(refused) + ")";
        }
    }

    /** @return where counters are made; nobody but the node's own thread may make or free any once it runs */
    public CountersManager counters() {
        return counters;
    }

    /** @return why the counters are in memory only, for a person; empty if they are in the file */
    public Optional<String> remark() {
        return Optional.ofNullable(remark);
    }

    /** Says in the file that the node has ended by itself. Counters may be stored to even after that. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            head.endEpochMs(clock.time());
        }
    }

    /**
     * What a node counts, or what it has counted last. For tools and tests, in any process; does not disturb the node.
     *
     * @param directory the node's directory
     * @return each counter's value by its label, in the order in which they were made
     * @throws dev.lockstep.storage.StorageException if there is no such file, or it is none that this version can read
     */
    public static Map<String, Long> read(Path directory) {
        return CountersReading.of(fileIn(directory)).values();
    }
}
