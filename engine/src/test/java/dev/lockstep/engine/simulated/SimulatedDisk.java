package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.ballot.RegisterStore;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.storage.orphans.OrphanStore;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Everything of one node that outlives its process, in memory, and what can happen to it. One process at a time uses it;
 * when that has ended, nothing that it had opened may be used any more.
 */
final class SimulatedDisk {
    /** What a start has opened, and what it found. */
    record Started(
            Life life,
            BallotStore ballots,
            RegisterStore register,
            Marks marks,
            SimulatedJournal journal,
            SimulatedSnapshots snapshots,
            ShelfStore store,
            OrphanStore orphans,
            boolean isFirst,
            boolean isSameBoot,
            StartDecision decision,
            boolean mayHaveForgotten) {}

    private final SimulatedDevice device;
    private NodeFiles files = new NodeFiles();
    private SimulatedOrphanStore.Files orphans = new SimulatedOrphanStore.Files();
    private final List<NodeFiles> formerly = new ArrayList<>();
    private long boot = 1;
    private Started running;

    SimulatedDisk() {
        this(new SimulatedDevice());
    }

    private SimulatedDisk(SimulatedDevice device) {
        this.device = device;
    }

    /**
     * A process starts, as storage starts a node.
     *
     * @throws StorageException.InUse if the one before lives on
     * @throws StorageException.Damaged if a node that is alone has lost something that it promised
     * @throws StorageException.DiskFull if there is no room for what a start must write
     */
    Started start(Durability durability, boolean isAlone, LongSupplier identities) {
        if (running != null) {
            throw new StorageException.InUse("another process of this node has its disk");
        }
        running = new SimulatedStart(this, durability, isAlone, identities).run();
        return running;
    }

    /** The process dies where it stands. Does nothing if there is none. */
    void kill() {
        if (running != null) {
            running.life().end();
            running = null;
        }
    }

    /** The process dies while it writes a frame that nobody was told of. */
    void killInsideAppend() {
        Invariant.check(running != null, "nobody is there to be killed");
        kill();
        files.journal().leaveTornTail();
    }

    /** The process makes everything durable, says so in the ballot, and ends. */
    void closeOrderly() {
        Invariant.check(running != null, "nobody is there to close anything");
        try {
            SimulatedJournal journal = running.journal();
            journal.close();
            if (journal.isSound() && journal.flushedIndex() == journal.appendedIndex()) {
                clearDirty(running.ballots());
            }
        } finally {
            kill();
        }
    }

    private static void clearDirty(BallotStore ballots) {
        Ballot ballot = ballots.read().ballot();
        if (ballot.dirty()) {
            ballots.write(ballot.withDirty(false));
        }
    }

    /** The machine goes down, with the process if there is one; it is in another boot afterwards. */
    void powerCut(SplittableRandom random) {
        kill();
        files.journal().onPowerCut(random);
        orphans.onPowerCut(random);
        boot = random.nextLong() | 1;
    }

    /** Everything is gone: a new disk in the same machine. */
    void wipe() {
        kill();
        files = new NodeFiles();
        orphans = new SimulatedOrphanStore.Files();
        formerly.clear();
    }

    /** @return what is there now, on a disk of its own, in the same boot, with no process */
    SimulatedDisk copy() {
        SimulatedDisk copy = new SimulatedDisk(device.copy());
        copy.files = files.copy();
        copy.orphans = orphans.copy();
        formerly.forEach(each -> copy.formerly.add(each.copy()));
        copy.boot = boot;
        return copy;
    }

    /**
     * Everything is again what it was when a copy was taken, as when a machine is restored; the process is gone.
     *
     * @param copy stays as it is
     */
    void setBackTo(SimulatedDisk copy) {
        kill();
        SimulatedDisk again = copy.copy();
        files = again.files;
        orphans = again.orphans;
        formerly.clear();
        formerly.addAll(again.formerly);
    }

    /**
     * The disk is put into a machine that is in some boot: that of {@link #boot}, for a directory that was set back.
     *
     * @return this
     */
    SimulatedDisk inBoot(long machinesBoot) {
        kill();
        boot = machinesBoot;
        return this;
    }

    long boot() {
        return boot;
    }

    /** @return the device, to make it fail */
    SimulatedDevice device() {
        return device;
    }

    /** @return the files of the identity that is here now, to damage them */
    NodeFiles files() {
        return files;
    }

    SimulatedOrphanStore.Files orphanFiles() {
        return orphans;
    }

    /** What a lost identity has left is kept, and counts for nothing. */
    void keepAside() {
        formerly.add(files);
        files = new NodeFiles();
    }

    /** @return how many identities were lost here */
    int lostIdentities() {
        return formerly.size();
    }

    /**
     * Flips one bit of a frame in the log, flushed or not.
     *
     * @return which frame; null if there is none
     */
    FrameRef damageSomeFrame(SplittableRandom random) {
        return files.journal().damageSomeFrame(random);
    }

    /** @return the ballot as it is on the device */
    BallotStore.Reading ballot() {
        return files.ballot().reading();
    }

    /** @return whose disk it is; nobody's if it has no ballot that can be read */
    Identity identity() {
        BallotStore.Reading reading = ballot();
        return reading.state() == BallotStore.State.SOUND ? reading.ballot().identity() : Identity.NONE;
    }

    /** @return the index promised in this boot; 0 in another one */
    long promised() {
        return files.marks().promisedIn(boot);
    }

    /** @return the index noted as committed in this boot; 0 in another one */
    long commit() {
        return files.marks().commitIn(boot);
    }

    /** @return whether that frame is in the log by name, sound or not, or is its base: it survives the process */
    boolean holds(FrameRef frame) {
        return files.journal().content().holds(frame);
    }

    /** @return whether that frame is there after any power cut: in the log, or as the last one of a snapshot kept */
    boolean holdsDurably(FrameRef frame) {
        return (frame.index() <= files.journal().durableIndex() && holds(frame))
                || files.snapshots().find(frame) != null;
    }

    /** @return the frame that holds an index, as it was written; the base at its index; null if none does */
    FrameRef holding(long index) {
        LogContent content = files.journal().content();
        LogEntry entry = content.holding(index);
        if (entry != null) {
            return entry.ref();
        }
        return index == content.base().index() ? content.base() : null;
    }

    /** @return whether the frame that holds an index, which must be here, is as it was written */
    boolean isReadable(long index) {
        return !files.journal().content().holding(index).isDamaged();
    }

    /** @return the cluster's time at the frame that holds an index, which must be here */
    long clusterTimeNs(long index) {
        return new Frame()
                .wrap(files.journal().content().holding(index).bytes(), 0)
                .clusterTimeNs();
    }

    /** @return the frame before one of the log; the base before the first */
    FrameRef before(FrameRef frame) {
        LogContent content = files.journal().content();
        return content.before(content.placeOf(frame.index()));
    }

    /** @return the first index that can no longer be read; 0 if all can */
    long firstDamagedIndex() {
        LogContent content = files.journal().content();
        int place = content.firstDamaged();
        return place < 0 ? 0 : content.at(place).firstIndex();
    }

    FrameRef last() {
        return files.journal().content().last();
    }

    FrameRef base() {
        return files.journal().content().base();
    }

    /** @return up to which index the log is there after any power cut */
    long durableIndex() {
        return files.journal().durableIndex();
    }

    /** @return what the snapshots kept are of, newest first */
    List<SnapshotManifest> snapshots() {
        return files.snapshots().manifests();
    }

    /** @return the state in a snapshot that is kept; null if it is not */
    byte[] snapshotState(FrameRef last) {
        SnapshotShelf.Kept kept = files.snapshots().find(last);
        return kept == null ? null : kept.state().clone();
    }

    /** @return every frame that was kept as an orphan */
    List<FrameRef> orphans() {
        return orphans.kept();
    }
}
