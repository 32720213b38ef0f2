package dev.lockstep.benchmarks.replica;

import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.OneMeasurement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes one of the replica's measurements. */
@Command(name = MeasureReplica.NAME, hidden = true, description = "Takes one of the replica's measurements.")
public final class MeasureReplica extends OneMeasurement {
    static final String NAME = "measure-replica";

    @Parameters(index = "0")
    private ReplicaMeasurement which;

    @Override
    protected Measurement make() {
        return which.make();
    }
}
