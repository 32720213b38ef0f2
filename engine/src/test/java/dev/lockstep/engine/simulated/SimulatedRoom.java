package dev.lockstep.engine.simulated;

import dev.lockstep.storage.Invariant;

/** The room that a simulated journal has: what is left of the segment in use, and the next one if it is ready. */
final class SimulatedRoom {
    static final long SEGMENT_BYTES = 256 << 10;

    private final SimulatedDevice device;
    private long bytes;
    private long reservedBytes;
    private boolean hasNext;

    /** @param isNextReady whether the start has left a segment that is ready; there is room in the one in use anyhow */
    SimulatedRoom(SimulatedDevice device, boolean isNextReady) {
        this.device = device;
        prepare();
        hasNext &= isNextReady;
    }

    /** The next segment is made, if the device has room for it. */
    void prepare() {
        if (device.hasRoomForSegment()) {
            bytes = Math.max(bytes, SEGMENT_BYTES);
            hasNext = true;
        }
    }

    boolean isNextReady() {
        return hasNext && device.hasRoomForSegment();
    }

    boolean reserve(int length) {
        if (device.isLogFull() || reservedBytes + length > bytes) {
            return false;
        }
        reservedBytes += length;
        return true;
    }

    /** What was reserved is there, also on a device that is full by now. */
    void use(int length) {
        Invariant.check(reservedBytes >= length, "a frame is appended for which no room was reserved");
        reservedBytes -= length;
        bytes -= length;
    }

    void cancelReservations() {
        reservedBytes = 0;
    }

    /** The log goes on in the next segment. */
    void leap() {
        hasNext = false;
        reservedBytes = 0;
    }
}
