package dev.lockstep.engine;

/**
 * How often a node takes a snapshot of its state, or has one brought by another node. The two newest are kept, and the log
 * is kept from the older of them on: this bounds how long a restart takes, and how much disk the log takes. Immutable.
 *
 * <pre>{@code
 * Engine.builder().snapshots(Snapshot.every(1_000_000)) // ...
 * }</pre>
 */
public final class Snapshot {
    private static final Snapshot NEVER = new Snapshot(Long.MAX_VALUE, Long.MAX_VALUE);

    private final long commands;
    private final long bytes;

    private Snapshot(long commands, long bytes) {
        this.commands = commands;
        this.bytes = bytes;
    }

    /**
     * @param commands after how many commands the next one is due
     * @return that rule
     * @throws IllegalArgumentException if it is not positive
     */
    public static Snapshot every(long commands) {
        return new Snapshot(positive(commands, "commands"), Long.MAX_VALUE);
    }

    /**
     * @param bytes after how many bytes of log the next one is due
     * @return that rule
     * @throws IllegalArgumentException if it is not positive
     */
    public static Snapshot everyBytes(long bytes) {
        return new Snapshot(Long.MAX_VALUE, positive(bytes, "bytes"));
    }

    private static long positive(long value, String what) {
        if (value <= 0) {
            throw new IllegalArgumentException(
                    "a snapshot every " + value + " " + what + " cannot be; give 1 at least, or Snapshot.never()");
        }
        return value;
    }

    /** @return no snapshot is ever taken: the log grows for ever, and a restart applies all of it again */
    public static Snapshot never() {
        return NEVER;
    }

    /** @return behind so many commands; {@link Long#MAX_VALUE} if their number does not matter */
    public long commands() {
        return commands;
    }

    /** @return behind so many bytes of log; {@link Long#MAX_VALUE} if they do not matter */
    public long bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        if (commands == Long.MAX_VALUE && bytes == Long.MAX_VALUE) {
            return "never";
        }
        return commands == Long.MAX_VALUE ? "every " + bytes + " bytes" : "every " + commands + " commands";
    }
}
