package dev.lockstep.transport.simulated;

/**
 * What goes wrong by itself in a simulated network.
 *
 * @param minDelayNs how long a message takes at least
 * @param maxDelayNs how long it takes at most, when nothing goes wrong
 * @param lossPerMille how many datagrams are lost, and repaired
 * @param repairNs how long a repair takes
 * @param gapPerMillion how often a stream breaks off, at each step of time
 * @param ghostPerMille how many messages of a broken stream arrive long after
 */
public record Faults(
        long minDelayNs, long maxDelayNs, int lossPerMille, long repairNs, int gapPerMillion, int ghostPerMille) {
    /** A message takes 20 µs, and all goes well. */
    public static final Faults NONE = new Faults(20_000, 20_000, 0, 0, 0, 0);
}
