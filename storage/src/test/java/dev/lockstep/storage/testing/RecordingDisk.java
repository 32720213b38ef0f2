package dev.lockstep.storage.testing;

import dev.lockstep.storage.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A disk that remembers what it has promised: each file's bytes at its last force, each directory's entries at its last
 * force. From that it draws what a power cut could leave: every page written since, and every entry made or removed
 * since, is kept or lost by the throw of a die.
 */
public final class RecordingDisk implements Disk {
    private static final int PAGE = 4096;

    private final Disk disk = Disk.system();
    private Runnable beforeOperation = () -> {};
    /** By inode. */
    private final Map<Long, byte[]> forcedBytes = new HashMap<>();
    /** By directory: name to inode. */
    private final Map<Path, Map<String, Long>> forcedEntries = new HashMap<>();

    /** Calls back before each operation, and so between any two: the moments at which power may be lost. */
    public void beforeEach(Runnable callback) {
        beforeOperation = callback;
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        beforeOperation.run();
        disk.write(channel, bytes, position);
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        beforeOperation.run();
        ByteBuffer all = ByteBuffer.allocate((int) Files.size(file));
        try (FileChannel reader = FileChannel.open(file)) {
            while (all.hasRemaining() && reader.read(all) >= 0) {
                // until full
            }
        }
        forcedBytes.put(inode(file), all.array());
    }

    @Override
    public void force(MappedByteBuffer view, int from, int until, Path file) throws IOException {
        beforeOperation.run();
        byte[] forced = forcedBytes.get(inode(file));
        if (forced == null || forced.length != view.capacity()) {
            throw new IllegalStateException("the length of " + file + " was not forced before a stretch of it");
        }
        int start = from & -PAGE;
        view.get(start, forced, start, Math.min(align(until), forced.length) - start);
    }

    private static int align(int position) {
        return (position + PAGE - 1) & -PAGE;
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        beforeOperation.run();
        forcedEntries.put(directory, entries(directory));
    }

    private static Map<String, Long> entries(Path directory) throws IOException {
        Map<String, Long> found = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                found.put(each.getFileName().toString(), inode(each));
            }
        }
        return found;
    }

    private static long inode(Path file) throws IOException {
        return (Long) Files.getAttribute(file, "unix:ino");
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        beforeOperation.run();
        disk.makeDirectory(directory);
    }

    @Override
    public void link(Path file, Path link) throws IOException {
        beforeOperation.run();
        disk.link(file, link);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        beforeOperation.run();
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        beforeOperation.run();
        disk.delete(file);
    }

    @Override
    public void truncate(FileChannel channel, long length) throws IOException {
        beforeOperation.run();
        disk.truncate(channel, length);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return disk.usableBytes(directory);
    }

    /** Draws what a power cut now could leave of a directory, into another one. */
    public Path drawPowerCut(Path directory, Path target, Random random) {
        try {
            Map<Path, Long> wanted = new TreeMap<>();
            Map<Long, Path> current = new HashMap<>();
            drawEntries(directory, directory, target, random, wanted, current);
            Map<Long, byte[]> drawn = new HashMap<>();
            for (Map.Entry<Path, Long> entry : wanted.entrySet()) {
                long inode = entry.getValue();
                if (!drawn.containsKey(inode)) {
                    drawn.put(inode, drawBytes(inode, current.get(inode), random));
                }
                Files.createDirectories(entry.getKey().getParent());
                Files.write(entry.getKey(), drawn.get(inode));
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void drawEntries(
            Path root, Path directory, Path target, Random random, Map<Path, Long> wanted, Map<Long, Path> current)
            throws IOException {
        Files.createDirectories(target.resolve(root.relativize(directory).toString()));
        Map<String, Long> now = entries(directory);
        Map<String, Long> forced = forcedEntries.getOrDefault(directory, Map.of());
        Set<String> names = new TreeSet<>(now.keySet());
        names.addAll(forced.keySet());
        for (String name : names) {
            Path path = directory.resolve(name);
            if (Files.isDirectory(path)) {
                drawEntries(root, path, target, random, wanted, current);
                continue;
            }
            if (now.containsKey(name)) {
                current.put(now.get(name), path);
            }
            Long before = forced.get(name);
            Long after = now.get(name);
            Long chosen = random.nextBoolean() ? before : after;
            boolean isKnown = chosen != null && (chosen.equals(after) || forcedBytes.containsKey(chosen));
            if (isKnown) {
                wanted.put(target.resolve(root.relativize(path).toString()), chosen);
            }
        }
    }

    private byte[] drawBytes(long inode, Path path, Random random) throws IOException {
        byte[] before = forcedBytes.getOrDefault(inode, new byte[0]);
        if (path == null) {
            return before;
        }
        byte[] after = Files.readAllBytes(path);
        byte[] drawn = new byte[random.nextBoolean() ? before.length : after.length];
        int losePercent = random.nextInt(101);
        for (int at = 0; at < drawn.length; at += PAGE) {
            byte[] from = random.nextInt(100) < losePercent ? before : after;
            int length = Math.min(PAGE, drawn.length - at);
            int available = Math.max(0, Math.min(length, from.length - at));
            System.arraycopy(from, Math.min(at, from.length), drawn, at, available);
        }
        return drawn;
    }
}
