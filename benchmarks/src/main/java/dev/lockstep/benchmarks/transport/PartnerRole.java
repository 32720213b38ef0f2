package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.ParentProcess;

/** What the process at the other end of a line does. */
enum PartnerRole {
    /** Sends back what comes, over the kernel's UDP. */
    ANSWER_UDP,
    /** Sends back what comes, over Aeron by itself. */
    ANSWER_AERON,
    /** Sends back what comes, over our transport. */
    ANSWER_LOCKSTEP,
    /** Sends as many small messages as are taken. */
    FLOOD_100B,
    /** Sends as many large messages as are taken. */
    FLOOD_8KIB,
    /** Links up when it is told to, and does nothing else. */
    JOIN;

    static PartnerRole answering(LineKind kind) {
        return switch (kind) {
            case UDP -> ANSWER_UDP;
            case AERON -> ANSWER_AERON;
            case LOCKSTEP -> ANSWER_LOCKSTEP;
        };
    }

    /** Returns when the parent is gone. */
    void run(LineEnd end, long start, ParentProcess parent) {
        switch (this) {
            case ANSWER_UDP -> new Answer(LineKind.UDP).run(end, parent);
            case ANSWER_AERON -> new Answer(LineKind.AERON).run(end, parent);
            case ANSWER_LOCKSTEP -> new Answer(LineKind.LOCKSTEP).run(end, parent);
            case FLOOD_100B -> Flood.run(end, 100, parent);
            case FLOOD_8KIB -> Flood.run(end, 8 << 10, parent);
            case JOIN -> Joiner.run(end, start, parent);
        }
    }
}
