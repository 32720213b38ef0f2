package dev.lockstep.engine.replica;

import java.nio.charset.StandardCharsets;

/**
 * A command that no node applies, or a timer that fires on none, because an operator has decided so.
 *
 * @param index the command's; or the first one of the frame before which the timer would fire
 * @param since where the log says so first; behind the command
 * @param timer the timer's number; null if it is the command
 * @param why the operator's reason
 */
public record Skip(long index, long since, Long timer, String why) {
    /** The longest reason, in bytes. */
    public static final int MAX_REASON_BYTES = 256;

    /**
     * @throws IllegalArgumentException if no operator can have decided that
     */
    public Skip {
        if (index <= 0 || since <= index) {
            throw new IllegalArgumentException("index " + index + " is skipped since index " + since);
        }
        if (why.isBlank() || why.getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES) {
            throw new IllegalArgumentException("a skip needs a reason, of " + MAX_REASON_BYTES + " bytes at most");
        }
    }

    /** @return what is skipped, in words */
    String what() {
        return timer == null ? "index " + index : "timer " + timer + " at index " + index;
    }
}
