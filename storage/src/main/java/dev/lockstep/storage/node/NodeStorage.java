package dev.lockstep.storage.node;

import dev.lockstep.storage.DirectoryLock;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.ballot.RegisterStore;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalAgents;
import dev.lockstep.storage.journal.OpenJournal;
import dev.lockstep.storage.orphans.OrphanStore;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.util.function.Consumer;
import org.agrona.CloseHelper;

/**
 * Everything that a node keeps on disk, open. Opening and closing block; they belong to the thread that starts the node.
 * The parts say themselves which thread may use them.
 *
 * <pre>{@code
 * try (NodeStorage storage = NodeStorage.open(NodeSettings.of(directory))) {
 *     storage.report().remarks().forEach(log::warn);
 *     run(storage.agents().preparer(), storage.agents().flusher());
 *     ...
 * }
 * }</pre>
 */
public final class NodeStorage implements AutoCloseable {
    private final DirectoryLock lock;
    private final BallotStore ballots;
    private final RegisterStore register;
    private final Marks marks;
    private final SnapshotStore snapshots;
    private final OrphanStore orphans;
    private final OpenJournal journal;
    private final StartReport report;
    private final StartRemarks remarks;
    private boolean closed;

    NodeStorage(
            DirectoryLock lock,
            BallotStore ballots,
            RegisterStore register,
            Marks marks,
            SnapshotStore snapshots,
            OrphanStore orphans,
            OpenJournal journal,
            StartReport report,
            StartRemarks remarks) {
        this.lock = lock;
        this.ballots = ballots;
        this.register = register;
        this.marks = marks;
        this.snapshots = snapshots;
        this.orphans = orphans;
        this.journal = journal;
        this.report = report;
        this.remarks = remarks;
    }

    /**
     * Opens a node's directory, making it if there is none: takes the lock, counts the start, reads and verifies the
     * whole log, decides what its end is worth, and makes that decision durable. Blocks for about as long as reading the
     * log takes.
     *
     * @param settings where and how
     * @return the open storage
     * @throws StorageException.InUse if another process, or another part of this one, has it open
     * @throws StorageException.WrongCluster if the directory belongs to another cluster
     * @throws StorageException.Damaged if a node that is alone has lost something that it promised
     * @throws StorageException.DiskFull if there is no room for what a start must write
     * @throws StorageException if the platform or the disk refuses; the message says what to do
     */
    public static NodeStorage open(NodeSettings settings) {
        return new NodeStart(settings).run();
    }

    /**
     * @return what the start has found
     */
    public StartReport report() {
        return report;
    }

    /**
     * @param listener hears from now on what else is met that a person should know, as a snapshot that turns out to be
     *     damaged; on whichever thread has met it
     */
    public void onRemark(Consumer<String> listener) {
        remarks.tell(report.remarks().size(), listener);
    }

    /**
     * @return the ballot, to be read and written by the protocol
     */
    public BallotStore ballots() {
        return ballots;
    }

    /**
     * @return which data nodes this node may elect as a witness; empty on every other node
     */
    public RegisterStore register() {
        return register;
    }

    /**
     * @return the marks
     */
    public Marks marks() {
        return marks;
    }

    /**
     * @return the snapshots
     */
    public SnapshotStore snapshots() {
        return snapshots;
    }

    /**
     * @return where frames go that this node had as a primary and its successor never had
     */
    public OrphanStore orphans() {
        return orphans;
    }

    /**
     * @return the journal
     */
    public Journal journal() {
        return journal.journal();
    }

    /**
     * @return the journal's work in the background, for the caller to run
     */
    public JournalAgents agents() {
        return journal.agents();
    }

    /**
     * Makes everything durable and closes it; only then says so in the ballot. The background work must have been
     * stopped. Idempotent.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            journal.journal().close();
            if (journal.journal().isSound()
                    && journal.journal().flushedIndex() == journal.journal().appendedIndex()) {
                clearDirty();
            }
        } finally {
            CloseHelper.closeAll(orphans, snapshots, marks, lock);
        }
    }

    private void clearDirty() {
        Ballot ballot = ballots.read().ballot();
        if (ballot.dirty()) {
            ballots.write(ballot.withDirty(false));
        }
    }
}
