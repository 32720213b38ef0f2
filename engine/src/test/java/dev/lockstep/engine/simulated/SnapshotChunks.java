package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How a simulated snapshot is cut into chunks: the first is the manifest, the others are the state, piece by piece. Each
 * carries a checksum, its number, how many there are, and the snapshot's last frame.
 */
final class SnapshotChunks {
    static final int MAX_BYTES = 4096;
    static final int STATE_BYTES = 64;

    private static final int CRC = 0;
    private static final int NUMBER = 4;
    private static final int COUNT = 8;
    private static final int INDEX = 12;
    private static final int TERM = 20;
    private static final int LAST_CRC = 28;
    private static final int BODY = 32;

    private static final int CLUSTER = BODY;
    private static final int EPOCH = CLUSTER + Long.BYTES;
    private static final int TIME = EPOCH + Long.BYTES;
    private static final int VERSION = TIME + Long.BYTES;
    private static final int CONFIG = VERSION + Integer.BYTES;

    /** A chunk that is as it was sealed. */
    record Chunk(int number, int count, FrameRef last, DirectBuffer bytes) {
        boolean isLast() {
            return number == count - 1;
        }

        /** What the first one carries. */
        SnapshotManifest manifest() {
            return new SnapshotManifest(
                    last,
                    new ClusterId(bytes.getLong(CLUSTER)),
                    bytes.getLong(EPOCH),
                    bytes.getInt(VERSION),
                    bytes.getLong(TIME),
                    new UnsafeBuffer(bytes, CONFIG, bytes.capacity() - CONFIG));
        }

        /** What every other one carries. */
        byte[] state() {
            byte[] state = new byte[bytes.capacity() - BODY];
            bytes.getBytes(BODY, state);
            return state;
        }
    }

    private SnapshotChunks() {}

    static int count(SnapshotShelf.Kept snapshot) {
        return 1 + (snapshot.state().length + STATE_BYTES - 1) / STATE_BYTES;
    }

    /** @return the chunk's length */
    static int encode(SnapshotShelf.Kept snapshot, int number, MutableDirectBuffer buffer, int offset) {
        FrameRef last = snapshot.manifest().last();
        buffer.putInt(offset + NUMBER, number);
        buffer.putInt(offset + COUNT, count(snapshot));
        buffer.putLong(offset + INDEX, last.index());
        buffer.putLong(offset + TERM, last.term());
        buffer.putInt(offset + LAST_CRC, last.crc());
        int length = number == 0
                ? encodeManifest(snapshot.manifest(), buffer, offset)
                : encodeState(snapshot.state(), number, buffer, offset);
        buffer.putInt(offset + CRC, new Checksum().compute(buffer, offset + NUMBER, length - NUMBER));
        return length;
    }

    private static int encodeManifest(SnapshotManifest manifest, MutableDirectBuffer buffer, int offset) {
        int length = CONFIG + manifest.config().capacity();
        Invariant.check(length <= MAX_BYTES, "a CONFIG too long for a simulated snapshot", MAX_BYTES, length);
        buffer.putLong(offset + CLUSTER, manifest.cluster().value());
        buffer.putLong(offset + EPOCH, manifest.epoch());
        buffer.putLong(offset + TIME, manifest.clusterTimeNs());
        buffer.putInt(offset + VERSION, manifest.stateMachineVersion());
        buffer.putBytes(offset + CONFIG, manifest.config(), 0, manifest.config().capacity());
        return length;
    }

    private static int encodeState(byte[] state, int number, MutableDirectBuffer buffer, int offset) {
        int from = (number - 1) * STATE_BYTES;
        int bytes = Math.min(STATE_BYTES, state.length - from);
        buffer.putBytes(offset + BODY, state, from, bytes);
        return BODY + bytes;
    }

    /** @return a copy of the chunk; null if it is not as it was sealed */
    static Chunk decode(DirectBuffer buffer, int offset, int length) {
        if (length < BODY || length > MAX_BYTES) {
            return null;
        }
        byte[] copy = new byte[length];
        buffer.getBytes(offset, copy);
        UnsafeBuffer bytes = new UnsafeBuffer(copy);
        if (new Checksum().compute(bytes, NUMBER, length - NUMBER) != bytes.getInt(CRC)) {
            return null;
        }
        int number = bytes.getInt(NUMBER);
        if (number == 0 && length < CONFIG) {
            return null;
        }
        FrameRef last = new FrameRef(bytes.getLong(INDEX), bytes.getLong(TERM), bytes.getInt(LAST_CRC));
        return new Chunk(number, bytes.getInt(COUNT), last, bytes);
    }
}
