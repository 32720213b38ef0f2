package dev.lockstep.engine.simulated;

import dev.lockstep.storage.Invariant;

/** One process, for what it has opened: once it is over, nothing of that may be used any more. */
final class Life {
    private boolean isOver;
    private int callsLeft = -1;

    boolean isOver() {
        return isOver;
    }

    void end() {
        isOver = true;
    }

    /** It ends at one of the next calls of what it has opened. */
    void crashAfter(int calls) {
        callsLeft = calls;
    }

    void check() {
        Invariant.check(!isOver, "a process that has ended uses its disk");
        if (callsLeft >= 0 && callsLeft-- == 0) {
            throw new SimulatedCrash();
        }
    }
}
