package dev.lockstep.storage.frame;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;

/**
 * Computes CRC32C without allocating. Owned by one thread.
 *
 * <p>The JDK's intrinsic wants a byte buffer with a position; one view of the buffer last seen is kept, since a thread
 * reads long runs from one buffer.
 */
public final class Checksum {
    private final CRC32C crc = new CRC32C();
    private final byte[] scratch = new byte[4096];
    private ByteBuffer viewed;
    private ByteBuffer view;

    /**
     * @param buffer where the bytes are
     * @param offset the first of them
     * @param length how many
     * @return their checksum
     */
    public int compute(DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        crc.reset();
        if (buffer.byteArray() != null) {
            int start = (int) (buffer.addressOffset() - BufferUtil.ARRAY_BASE_OFFSET);
            crc.update(buffer.byteArray(), start + offset, length);
        } else if (buffer.byteBuffer() != null) {
            update(buffer.byteBuffer(), buffer.wrapAdjustment() + offset, length);
        } else {
            copyAndUpdate(buffer, offset, length);
        }
        return (int) crc.getValue();
    }

    @SuppressWarnings("ReferenceEquality") // equal content is not the same memory
    private void update(ByteBuffer bytes, int position, int length) {
        if (bytes != viewed) {
            viewed = bytes;
            view = bytes.duplicate();
            view.clear();
        }
        view.limit(position + length).position(position);
        crc.update(view);
    }

    /** A buffer over a bare address has nothing that the intrinsic could take. */
    private void copyAndUpdate(DirectBuffer buffer, int offset, int length) {
        int done = 0;
        while (done < length) {
            int step = Math.min(scratch.length, length - done);
            buffer.getBytes(offset + done, scratch, 0, step);
            crc.update(scratch, 0, step);
            done += step;
        }
    }

    /** Lets go of the buffer last seen, so that its memory may be unmapped. */
    public void forget() {
        viewed = null;
        view = null;
    }
}
