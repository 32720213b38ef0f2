package dev.lockstep.engine.simulated;

import dev.lockstep.storage.StorageException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The device under a node's files: whether it has room, and what it will refuse. */
final class SimulatedDevice {
    private boolean isLogFull;
    private boolean isNextSegmentFull;
    private Set<SmallFile> full = EnumSet.noneOf(SmallFile.class);
    /** How many more of a kind there is room for, where that is all that is left. */
    private final Map<SmallFile, Integer> left = new EnumMap<>(SmallFile.class);

    private boolean failsNextForce;
    private boolean refusesNextAppend;
    /** Null if none does. */
    private SmallFile failsNext;

    private boolean isFailedFileThere;

    /** There is no room, or is again, for another segment of the log; the one in use takes frames as before. */
    void nextSegmentFull(boolean isFullNow) {
        isNextSegmentFull = isFullNow;
    }

    boolean hasRoomForSegment() {
        return !isLogFull && !isNextSegmentFull;
    }

    /** There is no room, or is again, for more of the log: not in the segment in use either. */
    void logFull(boolean isFullNow) {
        isLogFull = isFullNow;
    }

    boolean isLogFull() {
        return isLogFull;
    }

    /** There is no room, or is again, for small files. */
    void full(boolean isFullNow) {
        fullFor(isFullNow ? EnumSet.allOf(SmallFile.class) : EnumSet.noneOf(SmallFile.class));
    }

    /** There is no room for those; for others there is. */
    void fullFor(Set<SmallFile> files) {
        full = EnumSet.copyOf(files);
        left.clear();
    }

    /** There is room for so many more of those, and then for none. */
    void leaveRoomFor(SmallFile file, int count) {
        full.remove(file);
        left.put(file, count);
    }

    void checkRoom(SmallFile file) {
        Integer more = left.computeIfPresent(file, (each, count) -> count - 1);
        if (more != null && more < 0) {
            full.add(file);
            left.remove(file);
        }
        if (full.contains(file)) {
            throw new StorageException.DiskFull("no room on the simulated device for " + file, null);
        }
    }

    /**
     * The next force of such a file fails.
     *
     * @param file which one
     * @param isThereAfterwards whether the next start finds what was written nevertheless
     */
    void failNextForceOf(SmallFile file, boolean isThereAfterwards) {
        failsNext = file;
        isFailedFileThere = isThereAfterwards;
    }

    /**
     * A small file takes the place of the one before.
     *
     * @throws StorageException.DiskFull if there is no room: the one before stands
     * @throws StorageException.ForceFailed if the device refuses: either stands
     */
    void replace(SmallFile file, Runnable put) {
        checkRoom(file);
        force(file, put);
    }

    /** @throws StorageException.ForceFailed if the device refuses: it may have been done or not */
    void force(SmallFile file, Runnable put) {
        if (failsNext != file) {
            put.run();
            return;
        }
        failsNext = null;
        if (isFailedFileThere) {
            put.run();
        }
        throw new StorageException.ForceFailed("the simulated device refused to force " + file, null);
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

    /** Nothing is refused any more, and there is room. */
    void settle() {
        isLogFull = false;
        isNextSegmentFull = false;
        full(false);
        failsNext = null;
        failsNextForce = false;
        refusesNextAppend = false;
    }

    SimulatedDevice copy() {
        SimulatedDevice copy = new SimulatedDevice();
        copy.isLogFull = isLogFull;
        copy.isNextSegmentFull = isNextSegmentFull;
        copy.fullFor(full);
        copy.left.putAll(left);
        copy.failsNextForce = failsNextForce;
        copy.refusesNextAppend = refusesNextAppend;
        copy.failsNext = failsNext;
        copy.isFailedFileThere = isFailedFileThere;
        return copy;
    }
}
