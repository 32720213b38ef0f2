package dev.lockstep.storage;

/**
 * Checks that are always on. A failed one means that the program is wrong, not the world: the node must stop.
 */
public final class Invariant {
    private Invariant() {}

    /** Thrown when the program contradicts itself. */
    public static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1;

        Violation(String message) {
            super(message);
        }
    }

    /**
     * @param holds what must be true
     * @param message what it means that it is not
     * @throws Violation if it is not
     */
    public static void check(boolean holds, String message) {
        if (!holds) {
            throw new Violation(message);
        }
    }

    /**
     * The same with two numbers in the message, put together only when the check fails.
     *
     * @param holds what must be true
     * @param message what it means that it is not
     * @param expected the number that was expected
     * @param found the number that was found
     * @throws Violation if it is not
     */
    public static void check(boolean holds, String message, long expected, long found) {
        if (!holds) {
            throw new Violation(message + ": expected " + expected + ", found " + found);
        }
    }
}
