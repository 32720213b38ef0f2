package dev.lockstep.benchmarks;

/** How long a run may take: a quick one shows that all is well, a full one is quoted. */
public enum Effort {
    /** Under three minutes. */
    QUICK,
    /** Under twenty. */
    FULL;

    /**
     * @param quick an amount of work for a quick run
     * @param full the same for a full run
     * @return the one that fits
     */
    public int of(int quick, int full) {
        return this == QUICK ? quick : full;
    }
}
