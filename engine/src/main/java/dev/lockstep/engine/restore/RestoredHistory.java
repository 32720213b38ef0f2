package dev.lockstep.engine.restore;

import dev.lockstep.engine.replica.Restoration;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.backup.Backup;
import dev.lockstep.storage.backup.BackupLog;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameCopy;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.DirectBuffer;

/**
 * The frames of a new cluster's log, made from those of a backup: the same commands at the same indexes, up to the last one
 * wanted, and behind them the frame that founds the cluster. The same for each of its nodes. Owned by one thread.
 */
final class RestoredHistory {
    /** Takes the frames, in order. */
    interface Taker {
        void onFrame(DirectBuffer buffer, int length);
    }

    private final Backup backup;
    private final Restoration restoration;
    private final long index;
    private final FrameCopy copies = new FrameCopy();
    private final Frame config = new Frame();
    private FrameRef last;
    private long timeNs;

    /** @param index the last one wanted */
    RestoredHistory(Backup backup, Restoration.Founded founded, long index) {
        this.backup = backup;
        this.restoration = new Restoration(founded);
        this.index = index;
        this.last = backup.manifest().base();
    }

    /** @return what its snapshot is of, in the new cluster's name; the first to be asked for, if there is one */
    SnapshotManifest begin(SnapshotManifest snapshot) {
        timeNs = snapshot.clusterTimeNs();
        return restoration.begin(snapshot);
    }

    /** @return the frame that founds the cluster, which is the last one */
    FrameRef copyInto(Taker taker) {
        try (BackupLog log = backup.log()) {
            while (last.index() < index && log.next()) {
                copy(log.frame(), taker);
            }
        }
        FrameEncoder encoder = restoration.found(last, timeNs);
        taker.onFrame(encoder.buffer(), encoder.length());
        return config.wrap(encoder.buffer(), 0).ref();
    }

    private void copy(Frame frame, Taker taker) {
        timeNs = frame.clusterTimeNs();
        if (frame.type() == FrameType.CONFIG) {
            FrameEncoder encoder = restoration.onConfig(frame, last);
            taker.onFrame(encoder.buffer(), encoder.length());
            last = config.wrap(encoder.buffer(), 0).ref();
        } else {
            Frame copy = copies.copy(frame, Math.min(index, frame.lastIndex()), last.crc());
            taker.onFrame(copy.buffer(), copy.length());
            last = copy.ref();
        }
    }
}
