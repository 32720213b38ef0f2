package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One directory of the machine's file system, on a device that may die at any operation, refuse any, and forget at a
 * power cut whatever was not forced.
 */
final class CrashingDisk implements Disk {
    enum Operation {
        WRITE,
        FORCE,
        RENAME,
        FORCE_DIRECTORY,
        DELETE
    }

    /** What a power cut leaves of a file's content that was not forced. */
    enum Content {
        KEPT,
        EMPTY,
        HALF,
        ZEROS
    }

    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** A name that changed, and what had it before; null if nothing had. */
    private static final class Rename {
        private final Path from;
        private final Path to;
        private final byte[] replaced;

        Rename(Path from, Path to) throws IOException {
            this.from = from;
            this.to = to;
            this.replaced = Files.exists(to) ? Files.readAllBytes(to) : null;
        }

        void undo() throws IOException {
            Files.move(to, from);
            if (replaced != null) {
                Files.write(to, replaced);
            }
        }
    }

    private final Path directory;
    private final Disk system = Disk.system();
    private final List<Operation> operations = new ArrayList<>();
    private final Set<Path> forced = new HashSet<>();
    private final Deque<Rename> pendingRenames = new ArrayDeque<>();
    private int operationsToLive = Integer.MAX_VALUE;
    private Operation refused;
    private IOException refusal;
    private long usableBytes = Long.MAX_VALUE;

    /** What the directory holds already is durable. */
    CrashingDisk(Path directory) throws IOException {
        this.directory = directory;
        forced.addAll(files());
    }

    /** From now on, so many operations succeed. */
    void crashAfter(int operationCount) {
        operationsToLive = operationCount;
    }

    /** From now on, an operation is refused; null ends it. */
    void refuse(Operation operation, IOException because) {
        refused = operation;
        refusal = because;
    }

    void usableBytes(long bytes) {
        usableBytes = bytes;
    }

    /** @return what was asked of the disk since the last call */
    List<Operation> takeOperations() {
        List<Operation> taken = List.copyOf(operations);
        operations.clear();
        return taken;
    }

    /** Forgets what was not forced: the content of files, and, if so decided, names that changed. */
    void powerCut(Content left, boolean namesLost) throws IOException {
        for (Path file : files()) {
            if (!forced.contains(file)) {
                Files.write(file, leftOf(Files.readAllBytes(file), left));
            }
        }
        while (namesLost && !pendingRenames.isEmpty()) {
            pendingRenames.pop().undo();
        }
    }

    private static byte[] leftOf(byte[] content, Content left) {
        return switch (left) {
            case KEPT -> content;
            case EMPTY -> new byte[0];
            case HALF -> Arrays.copyOf(content, content.length / 2);
            case ZEROS -> new byte[content.length];
        };
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private boolean isLast(Operation operation) throws IOException {
        operations.add(operation);
        if (operation == refused) {
            throw refusal;
        }
        return operationsToLive-- == 0;
    }

    private void survive(Operation operation) throws IOException {
        if (isLast(operation)) {
            throw new Crash();
        }
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        if (isLast(Operation.WRITE)) {
            system.write(channel, bytes.slice(0, bytes.limit() / 2), position);
            throw new Crash();
        }
        system.write(channel, bytes, position);
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        survive(Operation.FORCE);
        system.force(channel, file);
        forced.add(file);
    }

    @Override
    public void force(MappedByteBuffer view, int from, int until, Path file) {
        throw new UnsupportedOperationException("no ballot maps files");
    }

    @Override
    public void forceDirectory(Path forcedDirectory) throws IOException {
        survive(Operation.FORCE_DIRECTORY);
        system.forceDirectory(forcedDirectory);
        pendingRenames.clear();
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        survive(Operation.RENAME);
        pendingRenames.push(new Rename(from, to));
        system.rename(from, to);
        if (forced.remove(from)) {
            forced.add(to);
        } else {
            forced.remove(to);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        survive(Operation.DELETE);
        system.delete(file);
        forced.remove(file);
    }

    @Override
    public long usableBytes(Path ofDirectory) {
        return usableBytes;
    }

    @Override
    public void makeDirectory(Path made) {
        throw new UnsupportedOperationException("no ballot makes directories");
    }

    @Override
    public void link(Path file, Path link) {
        throw new UnsupportedOperationException("no ballot links files");
    }

    @Override
    public void truncate(FileChannel channel, long length) {
        throw new UnsupportedOperationException("no ballot truncates files");
    }
}
