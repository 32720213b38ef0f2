package dev.lockstep.storage.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A segment's bytes, read into memory. Unlike a view of the file, a copy stays whole when a running node gives the
 * file's unused tail back, or deletes it. Bytes that are being written meanwhile may be torn in it: what looks damaged
 * must be read again.
 *
 * @param buffer the bytes
 * @param fileBytes the file's whole length, which may be more
 */
record SegmentCopy(UnsafeBuffer buffer, long fileBytes) {
    /** Chronicle's own records and our header end long before this. */
    private static final int HEAD_BYTES = 256 << 10;

    private static final int STEP_BYTES = 1 << 20;

    /** Reads what stands before the frames. */
    static SegmentCopy ofHead(Path file) throws IOException {
        return read(file, HEAD_BYTES);
    }

    /** Reads all of it, as far as a segment can reach. */
    static SegmentCopy of(Path file) throws IOException {
        return read(file, JournalSettings.MAX_SEGMENT_BYTES);
    }

    private static SegmentCopy read(Path file, int maxBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long fileBytes = channel.size();
            byte[] bytes = new byte[(int) Math.min(fileBytes, maxBytes)];
            int length = 0;
            int read = 0;
            while (length < bytes.length && read >= 0) {
                length += read;
                read = channel.read(
                        ByteBuffer.wrap(bytes, length, Math.min(STEP_BYTES, bytes.length - length)), length);
            }
            return new SegmentCopy(new UnsafeBuffer(bytes, 0, length), fileBytes);
        }
    }

    int length() {
        return buffer.capacity();
    }
}
