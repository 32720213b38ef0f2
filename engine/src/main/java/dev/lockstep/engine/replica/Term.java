package dev.lockstep.engine.replica;

/**
 * The reign of one primary. Of two, that of the later epoch is the later one, and within an epoch that with the greater
 * number.
 *
 * @param epoch the epoch
 * @param number which one of it
 */
public record Term(long epoch, long number) implements Comparable<Term> {
    private static final long FURTHEST = Long.MAX_VALUE / 2;
    private static final int EPOCH_SHIFT = 32;

    /** @return whether a cluster can have come that far; beyond that there would be no term left for the next primary */
    static boolean isPossible(long epoch, long number) {
        return epoch >= 0 && epoch <= FURTHEST && number >= 0 && number <= FURTHEST;
    }

    /** @return the first number that belongs to the next epoch, of all that come by founding one: no campaign comes there */
    static long firstOfNextEpoch(long number) {
        return ((number >>> EPOCH_SHIFT) + 1) << EPOCH_SHIFT;
    }

    /**
     * @param random less than 2³², so that two which are founded on one parent are not the same
     * @return an epoch that comes after another one
     */
    static long nextEpoch(long epoch, long random) {
        return (((epoch >>> EPOCH_SHIFT) + 1) << EPOCH_SHIFT) + random;
    }

    /** @return the one that a candidate asks for */
    Term next() {
        return new Term(epoch, number + 1);
    }

    @Override
    public int compareTo(Term other) {
        return epoch != other.epoch ? Long.compare(epoch, other.epoch) : Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return epoch + "/" + number;
    }
}
