package dev.lockstep.transport.simulated;

import java.util.SplittableRandom;

/**
 * What goes wrong by itself in a simulated network.
 *
 * @param minDelayNs how long a message takes at least
 * @param maxDelayNs how long it takes at most, when nothing goes wrong
 * @param lossPerMille how many datagrams are lost, and repaired
 * @param repairNs how long a repair takes
 * @param gapPerMillion how often a stream breaks off, at each step of time
 * @param ghostPerMille how many messages of a broken stream arrive long after
 * @param duplicatePerMille how many messages come twice, which no real link lets happen: for whoever must bear even that
 * @param reorderPerMille how many messages are overtaken by the next, which no real link lets happen either
 */
public record Faults(
        long minDelayNs,
        long maxDelayNs,
        int lossPerMille,
        long repairNs,
        int gapPerMillion,
        int ghostPerMille,
        int duplicatePerMille,
        int reorderPerMille) {
    /** A message takes 20 µs, and all goes well. */
    public static final Faults NONE = new Faults(20_000, 20_000, 0, 0, 0, 0, 0, 0);

    /**
     * @param random what it follows from
     * @return all that can happen on a real link, each as often as chance wants
     */
    public static Faults drawn(SplittableRandom random) {
        return new Faults(
                20_000,
                random.nextLong(20_001, 30_000_000),
                random.nextInt(100),
                random.nextLong(100_000_000),
                random.nextInt(2_000),
                random.nextInt(1000),
                0,
                0);
    }

    /**
     * @param duplicates how many of a thousand messages come twice
     * @param reorders how many are overtaken by the next
     * @return the same otherwise
     */
    public Faults withDisorder(int duplicates, int reorders) {
        return new Faults(
                minDelayNs, maxDelayNs, lossPerMille, repairNs, gapPerMillion, ghostPerMille, duplicates, reorders);
    }
}
