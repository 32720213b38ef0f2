package dev.lockstep.engine.restore;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.replica.Restoration.Founded;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.backup.Backup;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.ballot.Register;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.JournalSpace;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.storage.node.NodeSettings;
import dev.lockstep.storage.node.NodeStorage;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotReader;
import dev.lockstep.storage.snapshot.SnapshotSection;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes the directory of one node of a new cluster: what it would have if it had followed all that time, and had been closed
 * in good order. Everything is forced; it has promised nothing but to hold its log. Used once, by one thread.
 */
final class RestoredNode {
    private static final int COPY_BYTES = 256 << 10;

    /** So much of the log is written before it is forced. */
    private static final long BYTES_PER_FLUSH = 64 << 20;

    private final Founded founded;
    private final Member self;
    private final JournalSettings journal;
    private final Disk disk;
    private long unflushedBytes;

    /** @param segmentBytes of its journal, long enough for the longest frame */
    RestoredNode(Founded founded, Member self, int segmentBytes, Disk disk) {
        this.founded = founded;
        this.self = self;
        this.journal = JournalSettings.DEFAULT.withSegmentBytes(segmentBytes);
        this.disk = disk;
    }

    /** @param index the last one wanted of the backup */
    void write(Path directory, Backup backup, long index) {
        // Flushed: whatever the cluster promises, nothing here is left to be forced later.
        NodeSettings settings = new NodeSettings(
                directory,
                true,
                Durability.FLUSHED,
                ClusterId.UNBORN,
                journal,
                disk,
                BootId::current,
                SystemNanoClock.INSTANCE,
                () -> self.identity().value());
        try (NodeStorage storage = NodeStorage.open(settings)) {
            if (self.kind() == MemberKind.WITNESS) {
                writeRegister(storage);
                writeBallot(storage, 0, 0);
            } else {
                FrameRef last = writeLog(storage, backup, new RestoredHistory(backup, founded, index));
                storage.agents().flush();
                storage.marks().promised(last.index());
                storage.marks().commit(last.index()); // what founds an epoch is committed by definition
                writeBallot(storage, last.index(), last.term());
            }
        }
    }

    /** As at a birth: each of the data nodes has all that was committed until then. */
    private void writeRegister(NodeStorage storage) {
        List<Member> data =
                founded.members().stream().filter(Member::isDataNode).toList();
        Identity second = data.size() > 1 ? data.get(1).identity() : Identity.NONE;
        storage.register()
                .write(new Register(
                        founded.epoch(), founded.term(), 0, data.get(0).identity(), second));
    }

    /** Last: until here the directory belongs to nobody who was ever a member. */
    private void writeBallot(NodeStorage storage, long configIndex, long configTerm) {
        Ballot ballot = storage.ballots().read().ballot();
        storage.ballots()
                .write(ballot.withClusterId(founded.cluster())
                        .withTerm(founded.epoch(), founded.term())
                        .withConfig(configIndex, configTerm));
    }

    private FrameRef writeLog(NodeStorage storage, Backup backup, RestoredHistory history) {
        if (backup.manifest().hasSnapshot()) {
            writeSnapshot(storage, backup, history);
            while (!storage.journal().startAfter(backup.manifest().base())) {
                prepare(storage);
            }
        }
        return history.copyInto((buffer, length) -> append(storage, buffer, length));
    }

    private static void writeSnapshot(NodeStorage storage, Backup backup, RestoredHistory history) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[COPY_BYTES]);
        try (SnapshotReader reader = backup.snapshot()) {
            SnapshotManifest manifest = history.begin(reader.manifest());
            try (SnapshotWriter writer = storage.snapshots().begin(manifest).orElseThrow()) {
                for (SnapshotSection section : SnapshotSection.values()) {
                    reader.startSection(section);
                    writer.startSection(section);
                    for (int read = reader.read(buffer, 0, COPY_BYTES);
                            read != SnapshotReader.END;
                            read = reader.read(buffer, 0, COPY_BYTES)) {
                        writer.write(buffer, 0, read);
                    }
                }
                writer.publish();
            }
        }
    }

    private void append(NodeStorage storage, DirectBuffer buffer, int length) {
        Journal log = storage.journal();
        while (!log.reserve(length)) {
            prepare(storage);
        }
        log.append(buffer, 0, length);
        unflushedBytes += length;
        if (unflushedBytes >= BYTES_PER_FLUSH) {
            storage.agents().flush();
            unflushedBytes = 0;
        }
    }

    /** There is nobody else who would. */
    private void prepare(NodeStorage storage) {
        if (storage.journal().space() == JournalSpace.DISK_FULL) {
            throw new StorageException.DiskFull(
                    "there is no room for the next " + journal.segmentBytes()
                            + " bytes of a journal; make room, and restore again",
                    null);
        }
        try {
            storage.agents().preparer().doWork();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the journal's preparer throws nothing that is checked", e);
        }
    }
}
