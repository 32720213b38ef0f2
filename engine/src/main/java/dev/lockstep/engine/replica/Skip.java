package dev.lockstep.engine.replica;

import java.nio.charset.StandardCharsets;

/**
 * A command that no node applies, because an operator has decided so.
 *
 * @param index the command's
 * @param since where the log says so first; behind the command
 * @param why the operator's reason
 */
public record Skip(long index, long since, String why) {
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
}
