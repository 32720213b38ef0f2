package dev.lockstep.benchmarks.engine;

import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.OneMeasurement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes one of the engine's measurements. */
@Command(name = MeasureEngine.NAME, hidden = true, description = "Takes one of the engine's measurements.")
public final class MeasureEngine extends OneMeasurement {
    static final String NAME = "measure-engine";

    @Parameters(index = "0")
    private EngineMeasurement which;

    @Override
    protected Measurement make() {
        return which.make();
    }
}
