package dev.lockstep.storage.backup;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.RecordKind;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.BackupRecordDecoder;
import dev.lockstep.storage.sbe.BackupRecordEncoder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/** Turns a manifest into its record on disk and back. Whatever is not exactly such a record is damage. */
final class BackupCodec {
    private static final RecordKind KIND =
            new RecordKind("backup manifest", BackupRecordEncoder.TEMPLATE_ID, BackupRecordEncoder.BLOCK_LENGTH);

    private BackupCodec() {}

    static ByteBuffer encode(BackupManifest manifest) {
        return KIND.encode(buffer -> new BackupRecordEncoder()
                .wrap(buffer, Envelope.BLOCK_OFFSET)
                .clusterId(manifest.cluster().value())
                .epoch(manifest.epoch())
                .baseIndex(manifest.base().index())
                .baseTerm(manifest.base().term())
                .baseCrc(manifest.base().crc())
                .lastIndex(manifest.last().index())
                .lastTerm(manifest.last().term())
                .lastCrc(manifest.last().crc())
                .logBytes(manifest.logBytes())
                .snapshotBytes(manifest.snapshotBytes())
                .takenAtMs(manifest.takenAtMs()));
    }

    /**
     * @param bytes all that the file holds
     * @param file where they come from, for the reader
     * @throws StorageException.Damaged if it is not what was written
     * @throws StorageException if a newer version wrote it
     */
    static BackupManifest decode(byte[] bytes, Path file) {
        String defect = KIND.defectOf(bytes, file);
        if (!defect.isEmpty()) {
            throw damaged(file, defect);
        }
        BackupRecordDecoder block = new BackupRecordDecoder()
                .wrap(
                        new UnsafeBuffer(bytes),
                        Envelope.BLOCK_OFFSET,
                        BackupRecordDecoder.BLOCK_LENGTH,
                        BackupRecordDecoder.SCHEMA_VERSION);
        if (!isPossible(block)) {
            throw damaged(file, "values that no backup can have");
        }
        return new BackupManifest(
                new ClusterId(block.clusterId()),
                block.epoch(),
                new FrameRef(block.baseIndex(), block.baseTerm(), block.baseCrc()),
                new FrameRef(block.lastIndex(), block.lastTerm(), block.lastCrc()),
                block.logBytes(),
                block.snapshotBytes(),
                block.takenAtMs());
    }

    private static boolean isPossible(BackupRecordDecoder block) {
        return block.clusterId() != 0
                && block.epoch() >= 0
                && block.baseIndex() >= 0
                && block.lastIndex() >= Math.max(1, block.baseIndex())
                && block.logBytes() >= 0
                && block.snapshotBytes() >= 0;
    }

    private static StorageException.Damaged damaged(Path file, String found) {
        return new StorageException.Damaged(KIND.damage(file, found) + ". " + BackupLayout.REMEDY);
    }
}
