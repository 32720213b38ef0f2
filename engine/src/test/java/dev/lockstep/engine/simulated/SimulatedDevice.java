package dev.lockstep.engine.simulated;

import dev.lockstep.storage.StorageException;

/** The device under a node's files: whether it has room, and what it will refuse. */
final class SimulatedDevice {
    private boolean isLogFull;
    private boolean isFull;
    private boolean failsNextForce;
    private boolean refusesNextAppend;

    /** There is no room, or is again, for more of the log. */
    void logFull(boolean isFullNow) {
        isLogFull = isFullNow;
    }

    boolean isLogFull() {
        return isLogFull;
    }

    /** There is no room, or is again, for small files: ballot, register, orphans. */
    void full(boolean isFullNow) {
        isFull = isFullNow;
    }

    void checkRoom(String what) {
        if (isFull) {
            throw new StorageException.DiskFull("no room on the simulated device for " + what, null);
        }
    }

    /** The next force of the log fails. */
    void failNextForce() {
        failsNextForce = true;
    }

    /** The next append to the log is refused. */
    void refuseNextAppend() {
        refusesNextAppend = true;
    }

    boolean takeForceFailure() {
        boolean fails = failsNextForce;
        failsNextForce = false;
        return fails;
    }

    boolean takeAppendRefusal() {
        boolean refuses = refusesNextAppend;
        refusesNextAppend = false;
        return refuses;
    }

    /** Nothing is refused any more. */
    void settle() {
        failsNextForce = false;
        refusesNextAppend = false;
    }

    SimulatedDevice copy() {
        SimulatedDevice copy = new SimulatedDevice();
        copy.isLogFull = isLogFull;
        copy.isFull = isFull;
        copy.failsNextForce = failsNextForce;
        copy.refusesNextAppend = refusesNextAppend;
        return copy;
    }
}
