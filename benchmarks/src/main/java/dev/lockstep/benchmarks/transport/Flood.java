package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.ParentProcess;
import java.nio.ByteBuffer;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends as much as is taken. */
final class Flood {
    /** Between two duty cycles: more than fills a datagram. */
    private static final int BATCH = 64;

    private Flood() {}

    static void run(LineEnd end, int messageBytes, ParentProcess parent) {
        UnsafeBuffer message = new UnsafeBuffer(ByteBuffer.allocateDirect(messageBytes));
        try (Line line = LockstepLine.open(end, 1, List.of())) {
            parent.tell(TransportPartner.READY);
            while (!parent.isGone()) {
                int taken = 0;
                while (taken < BATCH && line.send(message, 0, messageBytes)) {
                    taken++;
                }
                line.work((buffer, offset, length) -> {});
            }
        }
    }
}
