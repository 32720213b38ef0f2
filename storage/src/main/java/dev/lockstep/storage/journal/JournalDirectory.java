package dev.lockstep.storage.journal;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.DurableDirectories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The names in a journal's directory.
 *
 * <pre>
 * 00000000000000000007.cq4    a segment whose header has been forced
 * work/8/segment-19700101.cq4         the same file, or one not named yet, as Chronicle sees it while it is appended to
 * aside/0000...3.cq4          a damaged segment, kept for whoever wants to know
 * </pre>
 *
 * Everything under {@code work} may be deleted at any start, once what was in use has been given its name.
 */
final class JournalDirectory {
    private static final String SUFFIX = ".cq4";
    private static final String WORK = "work";
    private static final String ASIDE = "aside";
    private static final String TABLE_NAME = "metadata.cq4t";
    static final int TABLE_BYTES = 128 << 10;

    private final Path root;
    private final Disk disk;

    JournalDirectory(Path root, Disk disk) {
        this.root = root;
        this.disk = disk;
    }

    Path root() {
        return root;
    }

    Disk disk() {
        return disk;
    }

    Path segment(long number) {
        return root.resolve(fileName(number));
    }

    Path aside(long number) {
        return root.resolve(ASIDE).resolve(fileName(number));
    }

    Path work(long number) {
        return root.resolve(WORK).resolve(Long.toString(number));
    }

    Path workFile(long number) {
        return work(number).resolve(SegmentCycle.FILE_NAME);
    }

    private static String fileName(long number) {
        return String.format(Locale.ROOT, "%020d%s", number, SUFFIX);
    }

    void create() throws IOException {
        DurableDirectories.create(root, disk);
        DurableDirectories.create(root.resolve(WORK), disk);
        DurableDirectories.create(root.resolve(ASIDE), disk);
    }

    /** @return the named segments, by number */
    NavigableMap<Long, Path> segments() throws IOException {
        return numbered(root, SUFFIX);
    }

    /** @return the segments that Chronicle has or had open, by number, also those without a final name */
    NavigableMap<Long, Path> working() throws IOException {
        NavigableMap<Long, Path> found = new TreeMap<>();
        for (var entry : numbered(root.resolve(WORK), "").entrySet()) {
            Path file = entry.getValue().resolve(SegmentCycle.FILE_NAME);
            if (Files.exists(file)) {
                found.put(entry.getKey(), file);
            }
        }
        return found;
    }

    /** @return the segments put aside, by number */
    NavigableMap<Long, Path> asides() throws IOException {
        return numbered(root.resolve(ASIDE), SUFFIX);
    }

    private static NavigableMap<Long, Path> numbered(Path directory, String suffix) throws IOException {
        NavigableMap<Long, Path> found = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "[0-9]*" + suffix)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                String digits = name.substring(0, name.length() - suffix.length());
                boolean fits = digits.length() < 19 || (digits.length() == 20 && digits.startsWith("00"));
                if (fits && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    found.put(Long.parseLong(digits), entry);
                }
            }
        }
        return found;
    }

    /** @return what all files here take, each counted once whatever its names; what goes meanwhile may be counted or not */
    long usedBytes() throws IOException {
        Map<Object, Long> sizes = new HashMap<>();
        addSizes(root, sizes);
        addSizes(root.resolve(ASIDE), sizes);
        for (Path each : numbered(root.resolve(WORK), "").values()) {
            addSizes(each, sizes);
        }
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void addSizes(Path directory, Map<Object, Long> sizes) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                addSize(entry, sizes);
            }
        } catch (NoSuchFileException e) {
            // gone meanwhile
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void addSize(Path file, Map<Object, Long> sizes) throws IOException {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            if (found.isRegularFile()) {
                sizes.put(found.fileKey(), found.size());
            }
        } catch (NoSuchFileException e) {
            // gone meanwhile
        }
    }

    void forceRoot() throws IOException {
        disk.forceDirectory(root);
    }

    /** Gives a segment its final name; it has it durably on return. */
    void name(long number) throws IOException {
        disk.link(workFile(number), segment(number));
        forceRoot();
    }

    /** Deletes a named segment; it is gone durably on return. */
    void delete(long number) throws IOException {
        disk.delete(segment(number));
        forceRoot();
    }

    /** Keeps a damaged segment under a second name, durably. */
    void keepAside(long number, Path file) throws IOException {
        Path aside = aside(number);
        if (!Files.exists(aside)) {
            disk.link(file, aside);
            disk.forceDirectory(aside.getParent());
        }
    }

    boolean isAside(long number) {
        return Files.exists(aside(number));
    }

    /**
     * Makes Chronicle a directory of its own for a segment. Nothing is in it but Chronicle's table of locks, blank: one
     * left from before may say that a process with our id holds a lock, and one that Chronicle makes itself is sparse.
     */
    Path makeWork(long number) throws IOException {
        clearWork(number);
        Path directory = work(number);
        disk.makeDirectory(directory);
        try (FileChannel table = FileChannel.open(
                directory.resolve(TABLE_NAME), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            disk.write(table, ByteBuffer.allocate(TABLE_BYTES), 0);
        }
        return directory;
    }

    /** Removes Chronicle's directory for a segment. What is lost of this in a power cut is removed at the next start. */
    void clearWork(long number) throws IOException {
        Path directory = work(number);
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(files::add);
        }
        for (Path file : files) {
            disk.delete(file);
        }
        disk.delete(directory);
    }

    /** Removes all of Chronicle's directories. */
    void clearAllWork() throws IOException {
        for (long number : numbered(root.resolve(WORK), "").keySet()) {
            clearWork(number);
        }
    }
}
