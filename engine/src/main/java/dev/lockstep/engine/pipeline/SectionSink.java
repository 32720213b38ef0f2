package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.SnapshotSection;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import org.agrona.DirectBuffer;

/**
 * A snapshot that is written, section after section: each piece at its turn, so that between two of them chunks of others are
 * served, however long the state machine takes. Once it has refused it refuses, and says so to whoever asks: a state machine
 * may keep an exception to itself. Owned by the background thread.
 */
final class SectionSink implements ByteSink {
    /** So much is written at a turn: no more than a chunk, about, as whoever else has it. */
    private static final int PIECE_BYTES = 256 << 10;

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

    void startSection(SnapshotSection section) {
        awaitTurn();
        try {
            writer.startSection(section);
        } finally {
            turn.release();
        }
    }

    @Override
    public void write(DirectBuffer buffer, int offset, int length) {
        for (int done = 0; done < length; done += PIECE_BYTES) {
            writePiece(buffer, offset + done, Math.min(PIECE_BYTES, length - done));
        }
    }

    private void writePiece(DirectBuffer buffer, int offset, int length) {
        awaitTurn();
        try {
            writer.write(buffer, offset, length);
        } catch (StorageException e) {
            refusal = e;
            throw e;
        } finally {
            turn.release();
        }
    }

    void publish() {
        awaitTurn();
        try {
            writer.publish();
        } finally {
            turn.release();
        }
    }

    /** Whoever left the branch meanwhile has closed the file: it is looked at only now that nobody else may. */
    private void awaitTurn() {
        check();
        turn.await();
        try {
            check();
        } catch (RuntimeException e) {
            turn.release();
            throw e;
        }
    }

    /** @throws RuntimeException if the device has refused, or nobody wants the snapshot */
    @Override
    public void check() {
        if (refusal == null && (turn.branch() != order.branch() || order.isCalledOff())) {
            refusal = new GivenUp();
        }
        if (refusal != null) {
            throw refusal;
        }
    }
}
