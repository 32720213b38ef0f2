package dev.lockstep.engine.replica;

import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.snapshot.SnapshotManifest;

/** What a node's directory says of who is a member, for whoever must know before a replica takes it up. */
public final class StoredConfig {
    private StoredConfig() {}

    /**
     * @param journal the node's log
     * @param index where its ballot says that the newest CONFIG stands
     * @param newest its newest snapshot; null if there is none
     * @return that CONFIG, or the one that the snapshot was taken under; null if neither can be had
     */
    public static Config find(Journal journal, long index, SnapshotManifest newest) {
        try {
            Config inLog = index > 0 ? inLog(journal, index) : null;
            return inLog != null || newest == null
                    ? inLog
                    : ConfigCodec.decodePlaced(
                                    newest.config(), 0, newest.config().capacity())
                            .config();
        } catch (IllegalArgumentException e) {
            return null; // another version wrote it: the replica says so
        }
    }

    private static Config inLog(Journal journal, long index) {
        if (index <= journal.base().index() || index > journal.appendedIndex()) {
            return null;
        }
        try (JournalReader reader = journal.newReader()) {
            if (reader.seek(index) != ReadResult.FRAME) {
                return null; // it is damaged: the replica mends it, or says so
            }
            Frame frame = reader.frame();
            return frame.type() == FrameType.CONFIG
                    ? ConfigFrames.configOf(frame).config()
                    : null;
        }
    }
}
