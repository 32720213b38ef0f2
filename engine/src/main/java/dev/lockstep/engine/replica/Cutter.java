package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.orphans.OrphanStore;

/**
 * Takes out of the log what the cluster goes on without. It is moved aside before it is cut, and reported: only a primary
 * that was deposed can have told anybody of it (PROTOCOL F). Owned by the replica's thread.
 */
final class Cutter {
    private final Core core;
    private final OrphanStore orphans;
    private final Told told;
    private final long termAtStart;
    /** What was moved aside before a cut for which there was no room. */
    private OrphanReport kept;

    private FrameRef keptLast;
    private long keptGeneration;

    Cutter(Core core, OrphanStore orphans, Told told) {
        this.core = core;
        this.orphans = orphans;
        this.told = told;
        this.termAtStart = core.promises.term().number();
    }

    /**
     * @param firstIndex the first index of a frame whose term is not the primary's there
     * @return false if there is no room for the note of it now: ask again
     */
    boolean cutFrom(long firstIndex) {
        Invariant.check(isAboveCommit(firstIndex), "a cut at or below the commit", core.commit.index() + 1, firstIndex);
        OrphanReport report = keepAside(firstIndex);
        if (!core.log.cutFrom(firstIndex)) {
            return false;
        }
        core.configs.onCut(firstIndex);
        if (!core.configs.isEmpty()) {
            core.listener.onConfig(core.config());
        }
        told.onCut(firstIndex);
        core.listener.onRolledBack(firstIndex - 1);
        if (report != null) {
            core.listener.onOrphaned(report);
        }
        core.noteConfig(); // last, for there may be no room for it, and all that comes before must have been told
        return true;
    }

    /**
     * Lets the log begin anew.
     *
     * @param last what it begins behind
     * @param firstIndex the first index of what is here, and not known to be in that
     * @return false if there is no room for the note of it now: ask again
     */
    boolean startAfter(FrameRef last, long firstIndex) {
        OrphanReport report = keepAside(firstIndex);
        if (!core.log.startAfter(last)) {
            return false;
        }
        told.onCut(firstIndex);
        if (report != null) {
            core.listener.onOrphaned(report);
        }
        return true;
    }

    private boolean isKept(long firstIndex) {
        return kept != null
                && kept.firstIndex() == firstIndex
                && keptLast.equals(core.log.last())
                && keptGeneration == core.log.generation();
    }

    private boolean isAboveCommit(long firstIndex) {
        return firstIndex > core.commit.index();
    }

    /** @return what was kept, now or when the same was to be cut before; null if there was nothing */
    private OrphanReport keepAside(long firstIndex) {
        if (firstIndex > core.log.lastIndex()) {
            return null;
        }
        if (!isKept(firstIndex)) {
            kept = keepAnew(firstIndex);
            keptLast = core.log.last();
            keptGeneration = core.log.generation();
        }
        return kept;
    }

    private OrphanReport keepAnew(long firstIndex) {
        OrphanWalk walk = new OrphanWalk();
        walk.lastIndex = firstIndex - 1;
        try (JournalReader reader = core.log.newReader()) {
            long index = firstIndex;
            while (index <= core.log.lastIndex()) {
                Frame frame = ReplicaLog.seek(reader, index);
                walk.onFrame(frame);
                orphans.keep(frame);
                index = frame.lastIndex() + 1;
            }
        } catch (StorageException.DiskFull e) {
            orphans.seal(); // what was kept is kept; the next try begins another batch
            throw e;
        } catch (ReplicaLog.Damaged e) {
            core.remark("what the cluster goes on without cannot be read from index " + e.index() + " on");
        }
        return new OrphanReport(
                firstIndex,
                walk.lastIndex,
                walk.firstTerm,
                walk.lastTerm,
                walk.commands,
                told.lastIndex(),
                told.levelFrom(firstIndex),
                walk.firstTerm > termAtStart,
                orphans.seal());
    }

    /** What was seen of the frames that are moved aside. */
    private static final class OrphanWalk {
        private long firstTerm;
        private long lastTerm;
        private long lastIndex;
        private long commands;

        private void onFrame(Frame frame) {
            lastIndex = frame.lastIndex();
            firstTerm = firstTerm == 0 ? frame.term() : firstTerm;
            lastTerm = frame.term();
            commands += frame.type() == FrameType.COMMANDS ? frame.commandCount() : 0;
        }
    }
}
