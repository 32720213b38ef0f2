package dev.lockstep.engine.replica;

import dev.lockstep.engine.sbe.ChunkRequestDecoder;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.transport.SendResult;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends chunks of the snapshots that are kept here, one at a time; who is not answered asks again. Owned by the replica's thread. */
final class SnapshotServer {
    private final Core core;
    private final UnsafeBuffer message;
    private final Brought brought;
    private int to = Duty.NOBODY;
    private FrameRef snapshot;
    private boolean isOffered;
    private int number;
    private int length;

    SnapshotServer(Core core) {
        this.core = core;
        this.message = new UnsafeBuffer(new byte[Outbox.CHUNK_LENGTH + core.snapshots.maxChunkBytes()]);
        this.brought = new Brought(core.turn);
    }

    /** @return whether a node comes farther with a snapshot that it has from here */
    boolean isBringing(int node) {
        return brought.isUnderWay(node);
    }

    /** @param duty which may offer what nobody has compared yet */
    void onRequest(int from, ChunkRequestDecoder request, Duty duty) {
        if (to != Duty.NOBODY) {
            return;
        }
        to = from;
        snapshot = FrameRefs.read(request.snapshot());
        isOffered = isSound(snapshot.index()) || duty.offers(from, snapshot.index());
        number = request.number();
        length = 0;
        onTick();
    }

    void onLinkDown(int node) {
        if (node == to) {
            to = Duty.NOBODY;
        }
    }

    void onTick() {
        if (to == Duty.NOBODY) {
            return;
        }
        if (length == 0 && !read()) {
            return;
        }
        core.outbox.chunkHead(message, snapshot, number); // anew with each try: the term may be another one by then
        if (core.outbox.bulk(to, message, length) != SendResult.BACK_PRESSURED) {
            if (length > Outbox.CHUNK_LENGTH) {
                brought.onSent(to, snapshot, number);
            }
            to = Duty.NOBODY;
        }
    }

    /** Two nodes may each take one at the same index: whoever offered it is right, and this one may not be. */
    private boolean isSound(long index) {
        return !core.applying.maySumUp() || index < core.applying.provenIndex();
    }

    private boolean read() {
        int read = isOffered ? core.snapshots.read(snapshot, number, message, Outbox.CHUNK_LENGTH) : Snapshots.GONE;
        if (read == Snapshots.LATER) {
            return false;
        }
        length = Outbox.CHUNK_LENGTH + Math.max(0, read);
        return true;
    }
}
