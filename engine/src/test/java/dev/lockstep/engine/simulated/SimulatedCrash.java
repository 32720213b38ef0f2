package dev.lockstep.engine.simulated;

/** The process has died at this very call. */
final class SimulatedCrash extends RuntimeException {
    private static final long serialVersionUID = 1;

    SimulatedCrash() {
        super("the process dies here", null, false, false);
    }
}
