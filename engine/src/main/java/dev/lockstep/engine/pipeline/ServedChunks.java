package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.MutableDirectBuffer;

/**
 * The chunks that peers fetch: read ahead of whoever fetches one after another, and kept for whoever fetches the same.
 * Owned by the replica's thread; the worker looks for what it is asked.
 */
final class ServedChunks {
    /** Two peers at different places, each with the next chunk read ahead. */
    private static final int COUNT = 4;

    private final ServedChunk[] chunks = new ServedChunk[COUNT];
    private long uses;

    ServedChunks(int maxChunkBytes) {
        for (int i = 0; i < COUNT; i++) {
            chunks[i] = new ServedChunk(maxChunkBytes);
        }
    }

    /** @return its length; {@link Snapshots#LATER} or {@link Snapshots#GONE} */
    int read(SnapshotManifest snapshot, int number, MutableDirectBuffer buffer, int offset) {
        ServedChunk chunk = find(snapshot, number);
        if (chunk == null) {
            ask(snapshot, number);
            return Snapshots.LATER;
        }
        if (chunk.isAsked()) {
            return Snapshots.LATER;
        }
        int length = chunk.copy(buffer, offset, ++uses);
        if (length > 0 && chunk.isFollowed() && find(snapshot, number + 1) == null) {
            ask(snapshot, number + 1);
        }
        return length;
    }

    private ServedChunk find(SnapshotManifest snapshot, int number) {
        for (int i = 0; i < COUNT; i++) {
            if (chunks[i].isOf(snapshot, number)) {
                return chunks[i];
            }
        }
        return null;
    }

    /** In place of the one that was of use to nobody for longest; not at all if all are still asked for. */
    private void ask(SnapshotManifest snapshot, int number) {
        ServedChunk oldest = null;
        for (int i = 0; i < COUNT; i++) {
            boolean isOlder = oldest == null || chunks[i].lastUse() < oldest.lastUse();
            if (!chunks[i].isAsked() && isOlder) {
                oldest = chunks[i];
            }
        }
        if (oldest != null) {
            oldest.ask(snapshot, number, ++uses);
        }
    }

    /** Only in the replica's turn. */
    void clear() {
        for (int i = 0; i < COUNT; i++) {
            chunks[i].free();
        }
    }

    /** The worker. @return one that is asked for; null if there is none */
    ServedChunk asked() {
        for (int i = 0; i < COUNT; i++) {
            if (chunks[i].isAsked()) {
                return chunks[i];
            }
        }
        return null;
    }
}
