package dev.lockstep.benchmarks.transport;

import java.util.List;

/** What carries the messages. */
enum LineKind {
    /** The kernel's UDP. */
    UDP,
    /** Aeron by itself. */
    AERON,
    /** Our transport, over Aeron. */
    LOCKSTEP;

    Line open(LineEnd end) {
        return switch (this) {
            case UDP -> UdpLine.open(end);
            case AERON -> AeronLine.open(end);
            case LOCKSTEP -> LockstepLine.open(end, 1, List.of());
        };
    }
}
