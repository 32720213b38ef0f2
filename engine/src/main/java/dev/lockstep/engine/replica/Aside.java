package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;

/**
 * What is moved aside before a cut: the end of the log, as far as there was room for it yet. Each frame is kept once, however
 * often the cut is tried. Owned by the replica's thread.
 */
final class Aside {
    private final long firstIndex;
    private final FrameRef last;
    private final long generation;
    private long lastIndex;
    private long firstTerm;
    private long lastTerm;
    private long commands;
    private boolean isWhole;
    private String file;

    /**
     * @param firstIndex the first index of a frame, which is the first to be cut
     * @param log as it is before the cut
     */
    Aside(long firstIndex, ReplicaLog log) {
        this.firstIndex = firstIndex;
        this.last = log.last();
        this.generation = log.generation();
        this.lastIndex = firstIndex - 1;
    }

    /** @return whether it is of that cut: nothing came to the log meanwhile, and nothing went */
    boolean isOf(long index, ReplicaLog log) {
        return firstIndex == index && last.equals(log.last()) && generation == log.generation();
    }

    /** @return the first index of the frame that is to be kept next */
    long nextIndex() {
        return lastIndex + 1;
    }

    /** @return whether there is a frame that is to be kept */
    boolean hasNext() {
        return lastIndex < last.index();
    }

    void onKept(Frame frame) {
        lastIndex = frame.lastIndex();
        firstTerm = firstTerm == 0 ? frame.term() : firstTerm;
        lastTerm = frame.term();
        commands += frame.type() == FrameType.COMMANDS ? frame.commandCount() : 0;
    }

    /**
     * All that can be kept is on the device.
     *
     * @param where under which name; null if that is nothing
     */
    void onSealed(String where) {
        isWhole = true;
        file = where;
    }

    /** @return whether all was kept that can be */
    boolean isWhole() {
        return isWhole;
    }

    /**
     * @param told what this node, as the primary, has told of it
     * @param termAtStart the term in which this process began
     */
    OrphanReport report(Told told, long termAtStart) {
        return new OrphanReport(
                firstIndex,
                lastIndex,
                firstTerm,
                lastTerm,
                commands,
                told.lastIndex(),
                told.levelFrom(firstIndex),
                firstTerm > termAtStart,
                file);
    }
}
