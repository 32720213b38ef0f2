package dev.lockstep.engine.simulated;

/**
 * Somebody relies on a node whose disk was set back, and nobody who could have seen it was asked: what comes of that is
 * outside the fault model (PROTOCOL B), so the simulation ends here, and says nothing. Until here everything was checked.
 */
final class OutsideTheModel extends RuntimeException {
    private static final long serialVersionUID = 1;

    OutsideTheModel(String what) {
        super(what, null, false, false);
    }
}
