package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.replica.Applying;
import dev.lockstep.engine.replica.SnapshotConfig;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.backup.BackupManifest;
import dev.lockstep.storage.backup.BackupWriter;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotSource;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/**
 * Makes one backup: of the newest snapshot that is committed, and of the committed frames behind it. When the log is cut
 * behind a newer snapshot before it was copied, it begins anew from that one. Owned by the backup's thread.
 */
final class BackupRun {
    /** Each time the node has taken two snapshots while a log was copied. */
    private static final int ATTEMPTS = 5;
    /** Between two attempts it waits as long as so many bytes take. */
    private static final int PAUSE_BYTES = 16 << 20;

    /**
     * What is backed up.
     *
     * @param journal its readers are independent of all else
     * @param snapshots what is open of it stays
     * @param state how far the log is committed, and in which epoch the node is
     * @param applying what is known of the state
     * @param onDamage hears which index of the log cannot be read
     */
    record Source(
            Journal journal, SnapshotStore snapshots, NodeState state, Applying applying, LongConsumer onDamage) {}

    /** The log no longer reaches down to the snapshot that it was to be copied behind. */
    private static final class Overtaken extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private final Source source;
    private final Path directory;
    private final Disk disk;
    private final IntConsumer pace;
    private final long nowMs;
    private ClusterId cluster;
    private long epoch;

    /** @param pace hears how much was done; it may wait, and ends the backup by throwing */
    BackupRun(Source source, Path directory, Disk disk, IntConsumer pace, long nowMs) {
        this.source = source;
        this.directory = directory;
        this.disk = disk;
        this.pace = pace;
        this.nowMs = nowMs;
    }

    BackupReport run() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return attempt();
            } catch (Overtaken again) {
                pace.accept(PAUSE_BYTES);
            }
        }
        throw failed(ATTEMPTS
                + " times the log was cut behind newer snapshots before it was copied, or began behind one that"
                + " was not known to be committed; take snapshots less often, or try again later");
    }

    private EngineException failed(String why) {
        return new EngineException.BackupFailed("the backup into " + directory + " came to nothing: " + why, null);
    }

    private BackupReport attempt() throws Overtaken {
        long committed = Math.min(source.state().committed(), source.journal().appendedIndex());
        long epochOfNode = source.state().epoch();
        if (committed == 0) {
            throw failed(
                    "nothing is committed on this node yet, or it is on its way to another epoch; try again later");
        }
        try (SnapshotSource snapshot = newestSnapshot(committed)) {
            FrameRef base = snapshot == null ? FrameRef.ORIGIN : begin(snapshot.manifest());
            try (BackupWriter writer = BackupWriter.create(directory, base, disk)) {
                copyLog(writer, committed);
                if (snapshot != null) {
                    writer.copySnapshot(snapshot, pace);
                }
                checkHistory(committed, epochOfNode);
                checkState(base.index());
                Invariant.check(cluster != null, "a log that goes back to its first frame names no cluster");
                return report(writer.finish(cluster, epoch, nowMs, pace));
            }
        }
    }

    /**
     * @return the newest one that is committed, of a state that was compared since if there is such a one; null if there is
     *     none at all, and the log begins with the first frame
     */
    private SnapshotSource newestSnapshot(long committed) throws Overtaken {
        long base = source.journal().base().index(); // first: a snapshot that reaches there is kept by then
        if (base > committed) {
            throw new Overtaken(); // a snapshot was installed since that was read, or is just now
        }
        boolean isForbidden = false;
        boolean isGone = false;
        for (SnapshotManifest each : provenFirst()) {
            long last = each.last().index();
            boolean isAllowed = source.state().skips().allowSnapshotAt(last);
            boolean isOfUse = last <= committed && last >= base && isAllowed;
            SnapshotSource opened = isOfUse ? open(each.last()) : null;
            if (opened != null) {
                return opened;
            }
            isGone |= isOfUse;
            isForbidden |= !isAllowed;
        }
        if (base == 0) {
            return null;
        }
        if (isForbidden) {
            throw failed("the snapshots that are kept here have a command that is skipped, and nobody could apply what"
                    + " follows them; take another one, Engine.snapshot(), or back up another node");
        }
        if (isGone) {
            throw new Overtaken(); // there may be another one in its place; it is not looked for again
        }
        throw failed("no snapshot that is kept here is of use, and the log begins behind one: what was damaged is set"
                + " aside, and this node names it in its errors; what is newer than the commit waits for that. Take"
                + " another one, Engine.snapshot(), or back up another node");
    }

    private List<SnapshotManifest> provenFirst() {
        long proven = source.applying().provenIndex();
        return source.snapshots().kept().stream()
                .sorted(Comparator.comparing(each -> each.last().index() >= proven))
                .toList();
    }

    /** @return null if it is not kept any more, or turns out to be damaged: then the store has said so */
    private SnapshotSource open(FrameRef last) {
        try {
            return source.snapshots().serve(last).orElse(null);
        } catch (StorageException.Damaged reported) {
            return null;
        }
    }

    private FrameRef begin(SnapshotManifest snapshot) {
        cluster = snapshot.cluster();
        epoch = snapshot.epoch();
        return snapshot.last();
    }

    private void copyLog(BackupWriter writer, long committed) throws Overtaken {
        long index = writer.last().index();
        if (index == committed) {
            return;
        }
        try (JournalReader reader = source.journal().newReader()) {
            ReadResult result = reader.seek(index + 1);
            while (result == ReadResult.FRAME && reader.frame().lastIndex() <= committed) {
                copy(writer, reader.frame());
                if (writer.last().index() == committed) {
                    return;
                }
                result = reader.next();
            }
            onStopped(result, reader);
        }
    }

    private void copy(BackupWriter writer, Frame frame) {
        FrameRef last = writer.last();
        if (frame.follows(last.index(), last.term(), last.crc()) != FrameDefect.NONE) {
            throw historyHasChanged(); // the snapshot is of a branch that was left, or the log of one
        }
        if (frame.type() == FrameType.CONFIG) {
            SnapshotConfig config = SnapshotConfig.of(frame);
            cluster = config.cluster();
            epoch = config.epoch();
        }
        writer.append(frame);
        pace.accept(frame.length());
    }

    private void onStopped(ReadResult result, JournalReader reader) throws Overtaken {
        switch (result) {
            case COMPACTED -> throw new Overtaken();
            case DAMAGED -> {
                source.onDamage().accept(reader.damage().index());
                throw failed("the log is damaged: " + reader.damage() + "; back up another node, or this one once it is"
                        + " mended");
            }
            case CUT, END, FRAME -> throw historyHasChanged();
        }
    }

    private EngineException historyHasChanged() {
        return failed("this node's history has changed meanwhile, as it does when an epoch is founded; try again");
    }

    private void checkHistory(long committed, long epochOfNode) {
        if (source.state().epoch() != epochOfNode || source.state().committed() < committed) {
            throw historyHasChanged();
        }
    }

    /** It may have been found out while it was copied: whoever is restored from that would have nobody to compare with. */
    private void checkState(long snapshot) {
        if (snapshot > source.applying().soundIndex()) {
            throw failed("this node has drifted, and the snapshot at index " + snapshot
                    + " may be wrong; back up another" + " node");
        }
    }

    private static BackupReport report(BackupManifest manifest) {
        long snapshot = manifest.base().index();
        return new BackupReport(
                Math.max(1, snapshot),
                manifest.last().index(),
                snapshot,
                manifest.logBytes() + manifest.snapshotBytes(),
                manifest.cluster().toString(),
                manifest.epoch());
    }
}
