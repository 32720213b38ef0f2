package dev.lockstep.benchmarks;

/** Where a measurement puts what it has found. */
@FunctionalInterface
public interface Results {
    /**
     * @param name the figure's name, the unit last
     * @param value what was measured, in one round
     */
    void add(String name, double value);
}
