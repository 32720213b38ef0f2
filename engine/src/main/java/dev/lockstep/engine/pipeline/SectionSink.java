package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import org.agrona.DirectBuffer;

/**
 * A section of a snapshot that is written. Once it has refused it refuses, and says so to whoever asks: a state machine may
 * keep an exception to itself. Owned by the background thread.
 */
final class SectionSink implements ByteSink {
    /** Thrown through the state machine when its snapshot is of no use any more. */
    static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1L;

        GivenUp() {
            super("this snapshot is not wanted any more: the node has something more urgent to do", null, false, false);
        }
    }

    private final SnapshotWriter writer;
    private final SnapshotTurn turn;
    private final SnapshotOrder order;
    private RuntimeException refusal;

    SectionSink(SnapshotWriter writer, SnapshotTurn turn, SnapshotOrder order) {
        this.writer = writer;
        this.turn = turn;
        this.order = order;
    }

    @Override
    public void write(DirectBuffer buffer, int offset, int length) {
        check();
        try {
            writer.write(buffer, offset, length);
        } catch (StorageException e) {
            refusal = e;
            throw e;
        }
    }

    /** @throws RuntimeException if the device has refused, or nobody wants the snapshot */
    @Override
    public void check() {
        if (refusal == null && (turn.isWanted() || order.isCalledOff())) {
            refusal = new GivenUp();
        }
        if (refusal != null) {
            throw refusal;
        }
    }
}
