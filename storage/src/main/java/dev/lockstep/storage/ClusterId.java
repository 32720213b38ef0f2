package dev.lockstep.storage;

/**
 * Which cluster a journal belongs to: a random number, minted at the cluster's birth.
 *
 * @param value the number; zero stands for a node that no cluster has taken in yet
 */
public record ClusterId(long value) {
    /** Not yet a member of any cluster. */
    public static final ClusterId UNBORN = new ClusterId(0);

    /** @return whether this names a cluster */
    public boolean isPresent() {
        return value != 0;
    }

    @Override
    public String toString() {
        return isPresent() ? String.format("%016x", value) : "unborn";
    }
}
