package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.storage.ballot.RegisterStore;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.function.LongSupplier;

/** One start of a node that is simulated: what storage's own start does, in the same order, on a simulated disk. */
final class SimulatedStart {
    private final SimulatedDisk disk;
    private final Durability durability;
    private final boolean isAlone;
    private final LongSupplier identities;
    private final Life life = new Life();
    private boolean isFirst;

    SimulatedStart(SimulatedDisk disk, Durability durability, boolean isAlone, LongSupplier identities) {
        this.disk = disk;
        this.durability = durability;
        this.isAlone = isAlone;
        this.identities = identities;
    }

    SimulatedDisk.Started run() {
        Ballot ballot = readBallot(disk.files());
        NodeFiles files = disk.files(); // others, if that identity was lost
        files.use();
        SimulatedMarks marks = new SimulatedMarks(files.marks(), disk.boot(), life);
        JournalFiles log = files.journal();
        JournalFiles.Scan scan = log.scan(files.snapshots()::reaches);
        boolean isSameBoot = marks.isSameBoot();
        StartDecision decision = StartDecision.of(isSameBoot, marks.promised(), scan.flushMark(), scan.end());
        boolean mayHaveForgotten = StartDecision.mayHaveForgotten(isSameBoot, ballot.dirty(), decision);
        if (decision == StartDecision.SET_ASIDE_DAMAGE && isAlone) {
            throw new StorageException.Damaged("the log of a node that is alone is damaged behind " + scan.tip());
        }
        SimulatedBallotStore ballots = new SimulatedBallotStore(files.ballot(), disk.device(), life);
        ballots.write(nextBallot(ballot, scan.tip(), files.snapshots(), mayHaveForgotten));
        boolean isNextReady = isNextReady(decision, isSameBoot, scan.tip());
        openLog(log, ballot.identity(), marks, decision, scan.tip());
        if (!isSameBoot) {
            marks.rebind(scan.tip().index(), log.content().base().index());
        }
        return new SimulatedDisk.Started(
                life,
                ballots,
                new SimulatedRegisterStore(files.register(), disk.device(), life),
                marks,
                new SimulatedJournal(log, disk.device(), marks, life, isNextReady),
                new SimulatedSnapshots(files.snapshots(), life),
                new ShelfStore(files.snapshots(), life),
                new SimulatedOrphanStore(disk.orphanFiles(), disk.device(), life),
                isFirst,
                isSameBoot,
                decision,
                mayHaveForgotten);
    }

    /** A cut takes the segment that a start makes ready; and where frames go on in an old segment, it makes none. */
    private static boolean isNextReady(StartDecision decision, boolean isSameBoot, FrameRef tip) {
        return switch (decision) {
            case KEEP -> !isSameBoot || tip.index() == 0;
            case CUT_TORN_TAIL -> true;
            case CUT_LOST_SUFFIX, SET_ASIDE_DAMAGE -> false;
        };
    }

    private Ballot readBallot(NodeFiles files) {
        BallotStore.Reading reading = files.ballot().reading();
        boolean isRegisterLost = !isAlone && files.register().reading().state() == RegisterStore.State.DAMAGED;
        if (reading.state() == BallotStore.State.SOUND && !isRegisterLost) {
            return reading.ballot();
        }
        isFirst = files.isNew();
        if (!isFirst) {
            if (isAlone) {
                throw new StorageException.Damaged("the ballot of a node that is alone is lost: " + reading.what());
            }
            disk.keepAside();
        }
        return Ballot.fresh(new Identity(nonZero()));
    }

    private long nonZero() {
        long value = identities.getAsLong();
        while (value == 0) {
            value = identities.getAsLong();
        }
        return value;
    }

    private Ballot nextBallot(Ballot ballot, FrameRef tip, SnapshotShelf snapshots, boolean mayHaveForgotten) {
        long term = Math.max(ballot.term(), tip.term());
        for (SnapshotManifest snapshot : snapshots.manifests()) {
            term = Math.max(term, snapshot.last().term());
        }
        return ballot.withTerm(ballot.epoch(), term)
                .started()
                .withRecovering(ballot.recovering() || (mayHaveForgotten && !isAlone))
                .withDirty(ballot.dirty() || durability == Durability.APPENDED);
    }

    private void openLog(JournalFiles log, Identity owner, SimulatedMarks marks, StartDecision decision, FrameRef tip) {
        if (decision == StartDecision.CUT_LOST_SUFFIX || decision == StartDecision.SET_ASIDE_DAMAGE) {
            if (marks.isSameBoot()) {
                marks.promised(Math.min(marks.promised(), tip.index()));
            }
            if (!disk.device().hasRoomForSegment()) {
                throw new StorageException.DiskFull("no room to cut the log behind " + tip, null);
            }
        }
        log.open(owner, decision, tip);
    }
}
