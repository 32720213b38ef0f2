package dev.lockstep.storage.node;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.DirectoryLock;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Platform;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.storage.ballot.FileBallotStore;
import dev.lockstep.storage.ballot.FileRegisterStore;
import dev.lockstep.storage.ballot.MappedMarks;
import dev.lockstep.storage.ballot.RegisterStore;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.journal.JournalOpening;
import dev.lockstep.storage.journal.OpenJournal;
import dev.lockstep.storage.orphans.FileOrphanStore;
import dev.lockstep.storage.orphans.OrphanStore;
import dev.lockstep.storage.snapshot.FileSnapshotStore;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotSettings;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;

/**
 * One start of a node's storage, in the order of PROTOCOL B: nothing is relied on before it has been checked, and no
 * decision is acted on before it is durable.
 */
final class NodeStart {
    private final NodeSettings settings;
    private final Path directory;
    private final StartRemarks remarks = new StartRemarks();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private boolean isFirst;

    NodeStart(NodeSettings settings) {
        this.settings = settings;
        this.directory = settings.directory();
    }

    NodeStorage run() {
        Platform.check();
        DirectoryLock lock = DirectoryLock.acquire(directory);
        opened.add(lock);
        try {
            return openLocked(lock);
        } catch (RuntimeException | Error e) {
            for (int i = opened.size() - 1; i >= 0; i--) {
                CloseHelper.close(e::addSuppressed, opened.get(i));
            }
            throw e;
        }
    }

    private NodeStorage openLocked(DirectoryLock lock) {
        FileBallotStore ballots = FileBallotStore.open(directory, settings.disk());
        RegisterStore register = FileRegisterStore.open(directory, settings.disk());
        Ballot ballot = readBallot(ballots, register);
        checkCluster(ballot.clusterId());
        MappedMarks marks = MappedMarks.open(directory, settings.boot().get(), settings.disk());
        opened.add(marks);
        SnapshotStore snapshots = FileSnapshotStore.open(
                settings.disk(),
                directory.resolve("snapshots"),
                SnapshotSettings.of(ballot.clusterId(), damaged -> remarks.accept(damaged.getMessage())));
        opened.add(snapshots);
        List<SnapshotManifest> kept = snapshots.kept();

        JournalOpening opening = JournalOpening.scan(
                journalDirectory(), settings.disk(), ballot.identity(), base -> reaches(kept, base));
        boolean sameBoot = marks.sameBoot();
        StartDecision decision = StartDecision.of(sameBoot, marks.promised(), opening.flushMark(), opening.end());
        boolean mayHaveForgotten = StartDecision.mayHaveForgotten(sameBoot, ballot.dirty(), decision);
        judge(opening, decision, mayHaveForgotten);

        ballots.write(nextBallot(ballot, opening.tip(), kept, mayHaveForgotten));
        OpenJournal journal =
                opening.open(settings.journal(), ballot.identity(), marks, decision, sameBoot, settings.clock());
        opened.add(journal.journal());
        opening.remarks().forEach(remarks);
        if (!sameBoot) {
            // Last: until here another crash finds no marks of this boot, and decides as this start did. A snapshot
            // that is
            // kept says nothing of the log's frames: it may have come from a peer, and the log may go on beside it.
            marks.rebind(
                    journal.journal().appendedIndex(), journal.journal().base().index());
        }
        StartReport report =
                new StartReport(isFirst, sameBoot, decision, opening.logEnd(), mayHaveForgotten, remarks.all());
        OrphanStore orphans = FileOrphanStore.open(directory.resolve("orphans"), settings.disk());
        return new NodeStorage(lock, ballots, register, marks, snapshots, orphans, journal, report, remarks);
    }

    private Path journalDirectory() {
        return directory.resolve("journal");
    }

    /** The ballot of this node; a new one for a new directory, and for one that has lost its own (PROTOCOL H). */
    private Ballot readBallot(BallotStore ballots, RegisterStore register) {
        BallotStore.Reading reading = ballots.read();
        String loss = lossOf(reading, register);
        if (loss.isEmpty()) {
            return reading.ballot();
        }
        LostIdentity lost = new LostIdentity(directory, settings.disk());
        isFirst = !lost.hasLeftAnything() && reading.state() == BallotStore.State.ABSENT;
        if (!isFirst) {
            if (settings.isAlone()) {
                throw new StorageException.Damaged(loss + " in " + directory
                        + ", so nobody can say what this node has promised; restore the directory from a backup");
            }
            lost.keepAside();
            remarks.accept(loss + ": what was here is kept under " + lost.formerly()
                    + ", and the node starts empty under a new identity, to be admitted again");
        }
        return Ballot.fresh(new Identity(nonZero()));
    }

    /**
     * Without its ballot a node does not know what it has promised; with a damaged register a witness does not know whom
     * it may elect. A node that is alone is no witness.
     *
     * @return what this identity has lost; empty if nothing
     */
    private String lossOf(BallotStore.Reading ballot, RegisterStore register) {
        if (ballot.state() == BallotStore.State.ABSENT) {
            return "the ballot is missing";
        }
        if (ballot.state() == BallotStore.State.DAMAGED) {
            return "the ballot is damaged (" + ballot.what() + ")";
        }
        if (settings.isAlone()) {
            return "";
        }
        RegisterStore.Reading reading = register.read();
        return reading.state() == RegisterStore.State.DAMAGED ? "the register is damaged (" + reading.what() + ")" : "";
    }

    private long nonZero() {
        long value = settings.random().getAsLong();
        while (value == 0) {
            value = settings.random().getAsLong();
        }
        return value;
    }

    private void checkCluster(ClusterId found) {
        ClusterId expected = settings.cluster();
        if (expected.isPresent() && found.isPresent() && !expected.equals(found)) {
            throw new StorageException.WrongCluster("this node is to be a member of cluster " + expected + ", but "
                    + directory + " belongs to cluster " + found);
        }
    }

    private static boolean reaches(List<SnapshotManifest> kept, FrameRef base) {
        return kept.stream()
                .map(SnapshotManifest::last)
                .anyMatch(last -> last.equals(base) || last.index() > base.index());
    }

    private void judge(JournalOpening opening, StartDecision decision, boolean mayHaveForgotten) {
        switch (decision) {
            case SET_ASIDE_DAMAGE -> {
                String damage = "the journal is damaged: " + opening.logEnd() + "; the last sound one is index "
                        + opening.tip().index();
                if (settings.isAlone()) {
                    throw new StorageException.Damaged(damage + ". This node is alone, so nobody else has what is"
                            + " missing: the journal was not changed. Look at it with dev.lockstep.storage.inspect.Inspector "
                            + directory + ", then restore the directory from a backup");
                }
                remarks.accept(damage + "; what cannot be read is kept under "
                        + journalDirectory().resolve("aside"));
            }
            case CUT_LOST_SUFFIX ->
                remarks.accept("the machine went down before everything was flushed: the log ends at index "
                        + opening.tip().index());
            case CUT_TORN_TAIL, KEEP -> {
                // what a killed process leaves; nobody was told of the rest
            }
            default -> throw new IllegalStateException("no such decision: " + decision);
        }
        if (mayHaveForgotten) {
            remarks.accept(
                    settings.isAlone()
                            ? "commands that were acknowledged since the last flush may be lost"
                            : "this node may have forgotten what it acknowledged: it follows, and does not count"
                                    + " until it has recovered");
        }
    }

    /** A start takes the highest term that it has seen, and never resumes a reign (PROTOCOL B). */
    private Ballot nextBallot(Ballot ballot, FrameRef tip, List<SnapshotManifest> kept, boolean mayHaveForgotten) {
        long term = Math.max(ballot.term(), tip.term());
        for (SnapshotManifest snapshot : kept) {
            term = Math.max(term, snapshot.last().term());
        }
        boolean recovering = ballot.recovering() || (mayHaveForgotten && !settings.isAlone());
        boolean dirty = ballot.dirty() || settings.durability() == Durability.APPENDED;
        return ballot.withTerm(ballot.epoch(), term)
                .started()
                .withRecovering(recovering)
                .withDirty(dirty);
    }
}
