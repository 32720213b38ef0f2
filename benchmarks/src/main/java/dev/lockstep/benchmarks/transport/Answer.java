package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.ParentProcess;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends back what comes: from within the handler, so that it leaves in the next duty cycle. */
final class Answer implements Line.Listener {
    private final LineKind kind;
    private final UnsafeBuffer untaken = new UnsafeBuffer(ByteBuffer.allocateDirect(EchoLoop.MESSAGE_BYTES));
    private int untakenBytes;
    private Line line;

    Answer(LineKind kind) {
        this.kind = kind;
    }

    void run(LineEnd end, ParentProcess parent) {
        try (Line opened = kind.open(end)) {
            line = opened;
            parent.tell(TransportPartner.READY);
            while (!parent.isGone()) {
                opened.work(this);
                if (untakenBytes > 0 && opened.send(untaken, 0, untakenBytes)) {
                    untakenBytes = 0;
                }
            }
        }
    }

    @Override
    public void onMessage(DirectBuffer buffer, int offset, int length) {
        if (!line.send(buffer, offset, length)) {
            untaken.putBytes(0, buffer, offset, length);
            untakenBytes = length;
        }
    }
}
