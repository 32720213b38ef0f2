package dev.lockstep.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The durable side of the file system. Everything that a power cut can undo, and everything that a full or failing
 * device can refuse, goes through here, so that tests can make both happen. May be used from any thread.
 */
public interface Disk {
    /**
     * Writes all of a buffer at a position.
     *
     * @param channel the open file
     * @param bytes what to write, from its position to its limit
     * @param position where in the file
     * @throws IOException if the device refuses
     */
    void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException;

    /**
     * Returns when the file's content, also what was written through a memory map, is on the device.
     *
     * @param channel the file, opened before the data was written
     * @param file its path
     * @throws IOException if the device refuses: what it holds is then unknown
     */
    void force(FileChannel channel, Path file) throws IOException;

    /**
     * Returns when a stretch of the file is on the device; leaves other pages alone, so that who stores into those does
     * not wait for it. The file's length and place must have been forced before.
     *
     * @param view the whole file, mapped for writing through a channel opened before the data was written
     * @param from the first byte
     * @param until behind the last byte
     * @param file its path
     * @throws IOException if the device refuses: what it holds is then unknown
     */
    void force(MappedByteBuffer view, int from, int until, Path file) throws IOException;

    /**
     * Returns when the directory's entries are on the device.
     *
     * @param directory the directory
     * @throws IOException if the device refuses
     */
    void forceDirectory(Path directory) throws IOException;

    /**
     * Makes a directory; does nothing if there is one. Its parent must be forced before anything in it counts as
     * durable, see {@link DurableDirectories}.
     *
     * @param directory the directory, in one that exists
     * @throws IOException if the device refuses, or something else has that name
     */
    void makeDirectory(Path directory) throws IOException;

    /**
     * Gives a file a second name.
     *
     * @param file the file
     * @param link its second name, on the same device
     * @throws IOException if the device refuses
     */
    void link(Path file, Path link) throws IOException;

    /**
     * Renames a file in one step, replacing a file that had that name; or a directory, when nothing has that name.
     *
     * @param from its name until now
     * @param to its name from now on, on the same device
     * @throws IOException if the device refuses
     */
    void rename(Path from, Path to) throws IOException;

    /**
     * Removes a file's name; does nothing if there is none.
     *
     * @param file the name
     * @throws IOException if the device refuses
     */
    void delete(Path file) throws IOException;

    /**
     * Gives back what a file holds behind a length.
     *
     * @param channel the open file
     * @param length what remains
     * @throws IOException if the device refuses
     */
    void truncate(FileChannel channel, long length) throws IOException;

    /**
     * @param directory a directory on the device
     * @return the bytes that can still be written there
     * @throws IOException if the device does not say
     */
    long usableBytes(Path directory) throws IOException;

    /**
     * The platform has no type for a full device; it says so in words only.
     *
     * @param refused what a device has refused with
     * @return whether it did so for lack of room
     */
    static boolean saysFull(IOException refused) {
        String said = String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT);
        return said.contains("no space left") || said.contains("quota exceeded");
    }

    /**
     * The platform says that a device is full in words only, and in its own language: so the room itself is asked for
     * too.
     *
     * @param directory where a write was refused
     * @param neededBytes how much room it needed
     * @param refused what the device has refused it with; takes along what it says if it does not tell its room
     * @return whether it did so for lack of room
     */
    default boolean isFull(Path directory, long neededBytes, IOException refused) {
        if (saysFull(refused)) {
            return true;
        }
        try {
            return usableBytes(directory) < neededBytes;
        } catch (IOException silent) {
            refused.addSuppressed(silent);
            return false;
        }
    }

    /**
     * @return the machine's own file system
     */
    static Disk system() {
        return SystemDisk.INSTANCE;
    }
}
