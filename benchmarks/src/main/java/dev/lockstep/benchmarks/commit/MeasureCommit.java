package dev.lockstep.benchmarks.commit;

import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.OneMeasurement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes one of the cluster's measurements. */
@Command(name = MeasureCommit.NAME, hidden = true, description = "Takes one of the cluster's measurements.")
public final class MeasureCommit extends OneMeasurement {
    static final String NAME = "measure-commit";

    @Parameters(index = "0")
    private CommitMeasurement which;

    @Override
    protected Measurement make() {
        return which.make();
    }
}
