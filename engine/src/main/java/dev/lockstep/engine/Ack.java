package dev.lockstep.engine;

/**
 * When a submitter wants to hear of a command, and how much was reached when it does: how many have it, and whether they
 * have it on their devices. One promises more than another only if it does in both.
 *
 * <p>Where a cluster's {@link Durability} is {@link Durability#APPENDED} the primary flushes at once when somebody waits for
 * a flushed level; standbys flush in their own time, so that one that needs them takes up to {@code flushInterval}.
 */
public enum Ack {
    /** Nothing is promised yet. */
    NONE(0, false),
    /** The primary's journal has accepted it at an index; no promise beyond that. */
    LOCAL_APPENDED(1, false),
    /** The primary has it on its device. */
    LOCAL_FLUSHED(2, true),
    /** It is committed: it can never be undone. */
    QUORUM_APPENDED(3, false),
    /** It is committed, and on the devices of as many as that takes. */
    QUORUM_FLUSHED(4, true),
    /** It is committed, and every data node in the live stream has it. */
    ALL_APPENDED(5, false),
    /** It is committed, and every data node in the live stream has it on its device. */
    ALL_FLUSHED(6, true);

    private static final Ack[] BY_RANK = values();

    private final int rank;
    private final boolean isFlushed;

    Ack(int rank, boolean isFlushed) {
        this.rank = rank;
        this.isFlushed = isFlushed;
    }

    /** @return how many there are, with {@link #NONE} */
    public static int count() {
        return BY_RANK.length;
    }

    /**
     * @param rank a level's {@link #rank}
     * @return the level
     */
    public static Ack of(int rank) {
        return BY_RANK[rank];
    }

    /** @return its place among all, from none to the most */
    public int rank() {
        return rank;
    }

    /** @return whether it is about devices, not journals alone */
    public boolean isFlushed() {
        return isFlushed;
    }

    /**
     * @param other a level
     * @return whether whoever wants this one wants that too, if he cannot have this
     */
    public boolean includes(Ack other) {
        return other.rank <= rank && (isFlushed || !other.isFlushed);
    }
}
