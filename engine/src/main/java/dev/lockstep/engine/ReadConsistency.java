package dev.lockstep.engine;

import java.util.Objects;

/** What a read is to see at least. Immutable. */
public final class ReadConsistency {
    /** Whatever was committed anywhere before the read was asked; a quorum confirms it. */
    public static final ReadConsistency LINEARIZABLE = new ReadConsistency("LINEARIZABLE", null);
    /** Whatever is here. */
    public static final ReadConsistency LOCAL = new ReadConsistency("LOCAL", null);

    private final String name;
    private final Position position;

    private ReadConsistency(String name, Position position) {
        this.name = name;
        this.position = position;
    }

    /**
     * Whatever somebody has seen before, here or on another node: read your own writes, and never go back.
     *
     * @param position of a reply or a read
     * @return the consistency
     */
    public static ReadConsistency atLeast(Position position) {
        return new ReadConsistency("atLeast " + position, Objects.requireNonNull(position, "position"));
    }

    /** @return what must have been applied; null unless this is {@link #atLeast} */
    public Position position() {
        return position;
    }

    @Override
    public String toString() {
        return name;
    }
}
