package dev.lockstep.benchmarks.replica;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.engine.simulated.SimulatorSpeed;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** How many simulations one thread runs in a second, and how much faster time passes in them. */
final class SimulationSpeed implements Measurement {
    private static final int SEEDS_A_STEP = 10;
    private static final double NS_A_SECOND = TimeUnit.SECONDS.toNanos(1);

    private long nextSeed = 1;

    @Override
    public void run(Path directory, Effort effort, Results results) {
        runFor(effort.of(3, 10));
        SimulatorSpeed speed = runFor(effort.of(5, 30));
        results.add("simulator.seeds.per.s", speed.seeds() * NS_A_SECOND / speed.realNs());
        results.add("simulator.virtual.over.real", speed.virtualNs() / (double) speed.realNs());
    }

    private SimulatorSpeed runFor(int seconds) {
        SimulatorSpeed speed = new SimulatorSpeed(0, 0, 0);
        while (speed.realNs() < TimeUnit.SECONDS.toNanos(seconds)) {
            speed = speed.plus(SimulatorSpeed.of(nextSeed, SEEDS_A_STEP));
            nextSeed += SEEDS_A_STEP;
        }
        return speed;
    }
}
