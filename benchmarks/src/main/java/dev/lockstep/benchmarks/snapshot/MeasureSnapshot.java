package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.OneMeasurement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes one of the measurements of long life. */
@Command(name = MeasureSnapshot.NAME, hidden = true, description = "Takes one of the measurements of long life.")
public final class MeasureSnapshot extends OneMeasurement {
    static final String NAME = "measure-snapshot";

    @Parameters(index = "0")
    private SnapshotMeasurement which;

    @Override
    protected Measurement make() {
        return which.make();
    }
}
