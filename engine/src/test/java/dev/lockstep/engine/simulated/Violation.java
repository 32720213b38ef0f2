package dev.lockstep.engine.simulated;

import java.util.function.Supplier;

/** Something happened in a simulation that must never happen. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Check check;

    Violation(Check check, String message) {
        super(check + ": " + message);
        this.check = check;
    }

    Violation(Check check, String message, Throwable cause) {
        super(check + ": " + message, cause);
        this.check = check;
    }

    Check check() {
        return check;
    }

    static void check(boolean holds, Check check, String message) {
        check(holds, check, () -> message);
    }

    /** @param message made only if something is wrong, for most is said of every message and every frame */
    static void check(boolean holds, Check check, Supplier<String> message) {
        if (!holds) {
            throw new Violation(check, message.get());
        }
    }
}
