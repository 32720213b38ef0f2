package dev.lockstep.storage.testing;

import dev.lockstep.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk that works until it is told not to. It counts and records what is asked of it; operations are numbered from 1,
 * those of one kind and all together, since the disk was made. Used by one thread at a time.
 *
 * <pre>{@code
 * FaultyDisk disk = new FaultyDisk();
 * disk.failAt(Operation.FORCE, 2, new IOException("Input/output error"));
 * }</pre>
 */
public final class FaultyDisk implements Disk {
    /** What a disk can be asked to do. */
    public enum Operation {
        /** {@link Disk#write}. */
        WRITE,
        /** Either {@code force}, of a whole file or of a stretch. */
        FORCE,
        /** {@link Disk#forceDirectory}. */
        FORCE_DIRECTORY,
        /** {@link Disk#makeDirectory}. */
        MAKE_DIRECTORY,
        /** {@link Disk#link}. */
        LINK,
        /** {@link Disk#rename}. */
        RENAME,
        /** {@link Disk#delete}. */
        DELETE,
        /** {@link Disk#truncate}. */
        TRUNCATE,
        /** {@link Disk#usableBytes}. */
        USABLE_BYTES
    }

    private record Fault(Operation operation, int number, IOException failure) {
        boolean isAt(Operation now, int numberOfKind, int numberOverall) {
            return operation == null ? number == numberOverall : operation == now && number == numberOfKind;
        }
    }

    private final Disk delegate;
    private final List<Operation> operations = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private long room = Long.MAX_VALUE;
    private boolean crashed;

    /** A disk in front of the machine's own. */
    public FaultyDisk() {
        this(Disk.system());
    }

    /**
     * @param delegate what does the work until something fails
     */
    public FaultyDisk(Disk delegate) {
        this.delegate = delegate;
    }

    /**
     * Makes the n-th operation of a kind fail without effect; a write that fails has written half.
     *
     * @param operation the kind
     * @param number which one, from 1
     * @param failure what the device says
     */
    public void failAt(Operation operation, int number, IOException failure) {
        faults.add(new Fault(operation, number, failure));
    }

    /**
     * Makes the n-th operation fail, whichever it is.
     *
     * @param number which one, from 1
     * @param failure what the device says
     */
    public void failAt(int number, IOException failure) {
        faults.add(new Fault(null, number, failure));
    }

    /**
     * Makes the process die in the n-th operation, whichever it is: it has no effect, except that a write has written
     * half. Every later one is refused.
     *
     * @param number which one, from 1
     */
    public void crashAt(int number) {
        faults.add(new Fault(null, number, null));
    }

    /**
     * The same for the n-th operation of a kind.
     *
     * @param operation the kind
     * @param number which one, from 1
     */
    public void crashAt(Operation operation, int number) {
        faults.add(new Fault(operation, number, null));
    }

    /**
     * Fills the disk up: from here on it takes only so much, and says so when asked. A write that does not fit writes
     * what fits and fails.
     *
     * @param bytes what it still takes
     */
    public void fillUpTo(long bytes) {
        room = bytes;
    }

    /** @return how many operations were asked for */
    public int count() {
        return operations.size();
    }

    /**
     * @param operation a kind
     * @return how many of it were asked for
     */
    public int count(Operation operation) {
        return (int) operations.stream().filter(operation::equals).count();
    }

    /** @return what was asked for, in order: the kind and the file's name, where there is one */
    public List<String> trace() {
        return List.copyOf(trace);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        Fault fault = next(Operation.WRITE, "");
        if (fault != null) {
            delegate.write(channel, bytes.limit(bytes.position() + bytes.remaining() / 2), position);
            strike(fault);
        }
        int length = bytes.remaining();
        int fitting = (int) Math.min(room, length);
        room -= fitting;
        delegate.write(channel, bytes.limit(bytes.position() + fitting), position);
        if (fitting < length) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        enter(Operation.FORCE, file.getFileName().toString());
        delegate.force(channel, file);
    }

    @Override
    public void force(MappedByteBuffer view, int from, int until, Path file) throws IOException {
        enter(Operation.FORCE, file.getFileName().toString());
        delegate.force(view, from, until, file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        enter(Operation.FORCE_DIRECTORY, directory.getFileName().toString());
        delegate.forceDirectory(directory);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        enter(Operation.MAKE_DIRECTORY, directory.getFileName().toString());
        delegate.makeDirectory(directory);
    }

    @Override
    public void link(Path file, Path link) throws IOException {
        enter(Operation.LINK, link.getFileName().toString());
        delegate.link(file, link);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        enter(Operation.RENAME, to.getFileName().toString());
        delegate.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        enter(Operation.DELETE, file.getFileName().toString());
        delegate.delete(file);
    }

    @Override
    public void truncate(FileChannel channel, long length) throws IOException {
        enter(Operation.TRUNCATE, "");
        delegate.truncate(channel, length);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        enter(Operation.USABLE_BYTES, directory.getFileName().toString());
        return Math.min(room, delegate.usableBytes(directory));
    }

    private void enter(Operation operation, String file) throws IOException {
        Fault fault = next(operation, file);
        if (fault != null) {
            strike(fault);
        }
    }

    /** Counts an operation. */
    private Fault next(Operation operation, String file) {
        if (crashed) {
            throw new SimulatedCrash("the process is dead, but asks the disk for " + operation + " " + file);
        }
        operations.add(operation);
        trace.add((operation + " " + file).strip());
        int numberOfKind = count(operation);
        return faults.stream()
                .filter(fault -> fault.isAt(operation, numberOfKind, operations.size()))
                .findFirst()
                .orElse(null);
    }

    private void strike(Fault fault) throws IOException {
        if (fault.failure() != null) {
            throw fault.failure();
        }
        crashed = true;
        throw new SimulatedCrash("crashed at disk operation " + trace.size() + ", " + trace.get(trace.size() - 1));
    }
}
