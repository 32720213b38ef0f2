package dev.lockstep.storage;

/**
 * Which journal this is: a random number, made once, kept on disk. A wiped node is somebody else.
 *
 * @param value the number; zero stands for nobody
 */
public record Identity(long value) {
    /** Nobody: a vote not cast, a journal not yet made. */
    public static final Identity NONE = new Identity(0);

    /** @return whether this is somebody */
    public boolean isPresent() {
        return value != 0;
    }

    @Override
    public String toString() {
        return isPresent() ? String.format("%016x", value) : "none";
    }
}
