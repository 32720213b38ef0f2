package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Outcome;
import org.agrona.DirectBuffer;

/** Sees what a simulated engine does. */
interface EngineWatch {
    /** Each command that is applied, or is not, on each node. */
    void onReply(
            SimulatedNode node,
            long index,
            long session,
            long sequence,
            Outcome outcome,
            int code,
            DirectBuffer reply,
            int length);

    /** A node's state after an index. */
    void onApplied(SimulatedNode node, long index, long hash);

    /** A turn of the hot thread, or of another one, has ended. */
    void onTurn(SimulatedNode node);
}
