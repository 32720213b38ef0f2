package dev.lockstep.engine.simulated;

import java.util.SplittableRandom;

/** Draws what goes wrong in a {@link FastNetwork}. What never goes wrong draws nothing. */
final class Chance {
    private static final long MAX_GHOST_DELAY_NS = 10_000_000_000L;
    private static final int MAX_DELAYS_OVERTAKEN = 10;

    private final SplittableRandom random;
    private NetworkFaults faults = NetworkFaults.NONE;

    Chance(SplittableRandom random) {
        this.random = random;
    }

    void faults(NetworkFaults newFaults) {
        faults = newFaults;
    }

    /** @return how long a message takes that is not lost */
    long delayNs() {
        long spreadNs = faults.maxDelayNs() - faults.minDelayNs();
        return spreadNs > 0 ? faults.minDelayNs() + random.nextLong(spreadNs + 1) : faults.minDelayNs();
    }

    /** @return how long a message takes, which may be lost and repaired */
    long messageDelayNs() {
        long delayNs = delayNs();
        return happens(faults.lossPerMille()) ? delayNs + faults.repairNs() : delayNs;
    }

    /** @return how much longer a message takes that others overtake */
    long overtakenNs() {
        return 1 + random.nextLong(1 + MAX_DELAYS_OVERTAKEN * faults.maxDelayNs());
    }

    long ghostDelayNs() {
        return 1 + random.nextLong(MAX_GHOST_DELAY_NS);
    }

    boolean breaks() {
        return faults.gapPerMillion() > 0 && random.nextInt(1_000_000) < faults.gapPerMillion();
    }

    boolean refuses() {
        return happens(faults.refusedPerMille());
    }

    boolean haunts() {
        return happens(faults.ghostPerMille());
    }

    boolean duplicates() {
        return happens(faults.duplicatePerMille());
    }

    boolean reorders() {
        return happens(faults.reorderPerMille());
    }

    private boolean happens(int perMille) {
        return perMille > 0 && random.nextInt(1000) < perMille;
    }
}
