package dev.lockstep.engine.simulated;

import java.util.SplittableRandom;

/**
 * What goes wrong by itself in the network of a simulated cluster. The last three are worse than any link: the replica
 * bears them all the same.
 *
 * @param minDelayNs how long a message takes at least
 * @param maxDelayNs how long it takes at most, when nothing goes wrong
 * @param lossPerMille how many messages are lost, and repaired, which holds up those behind
 * @param repairNs how long a repair takes
 * @param gapPerMillion how many messages break the link
 * @param refusedPerMille how many offers are back-pressured
 * @param ghostPerMille how many messages of a broken link arrive long after, in a later life of it
 * @param duplicatePerMille how many messages come twice
 * @param reorderPerMille how many messages are overtaken
 */
record NetworkFaults(
        long minDelayNs,
        long maxDelayNs,
        int lossPerMille,
        long repairNs,
        int gapPerMillion,
        int refusedPerMille,
        int ghostPerMille,
        int duplicatePerMille,
        int reorderPerMille) {
    /** A message takes 50 µs, and all goes well. */
    static final NetworkFaults NONE = new NetworkFaults(50_000, 50_000, 0, 0, 0, 0, 0, 0, 0);

    /** Each as often as chance wants; some seeds have none of one kind. */
    static NetworkFaults drawn(SplittableRandom random) {
        return new NetworkFaults(
                20_000,
                20_001 + random.nextLong(random.nextBoolean() ? 1_000_000 : 30_000_000),
                random.nextBoolean() ? 0 : random.nextInt(100),
                1 + random.nextLong(50_000_000),
                random.nextBoolean() ? 0 : random.nextInt(3_000),
                random.nextBoolean() ? 0 : random.nextInt(50),
                random.nextBoolean() ? 0 : random.nextInt(1000),
                random.nextBoolean() ? 0 : random.nextInt(100),
                random.nextBoolean() ? 0 : random.nextInt(100));
    }
}
