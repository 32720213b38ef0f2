package dev.lockstep.engine.simulated;

import java.util.function.Function;

/**
 * The file of one small record, as a device keeps it: what survives the machine.
 *
 * @param <R> what reading it gives, as its store says it
 */
final class SimulatedRecord<R> {
    private final R absent;
    private final Function<String, R> damaged;
    private R reading;

    /**
     * @param absent when there is none
     * @param damaged when it cannot be read, with what is wrong
     */
    SimulatedRecord(R absent, Function<String, R> damaged) {
        this.absent = absent;
        this.damaged = damaged;
        this.reading = absent;
    }

    R reading() {
        return reading;
    }

    void write(R next) {
        reading = next;
    }

    void lose() {
        reading = absent;
    }

    void damage() {
        reading = damaged.apply("the simulator damaged it");
    }

    SimulatedRecord<R> copy() {
        SimulatedRecord<R> copy = new SimulatedRecord<>(absent, damaged);
        copy.reading = reading;
        return copy;
    }
}
