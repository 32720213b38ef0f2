package dev.lockstep.storage.testing;

/** The process dies here. Production code must not catch it, as it would not outlive the real thing. */
public final class SimulatedCrash extends RuntimeException {
    private static final long serialVersionUID = 1;

    SimulatedCrash(String message) {
        super(message);
    }
}
