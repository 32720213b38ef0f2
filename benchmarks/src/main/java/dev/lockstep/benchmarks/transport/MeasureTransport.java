package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.OneMeasurement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes one of the transport's measurements. */
@Command(name = MeasureTransport.NAME, hidden = true, description = "Takes one of the transport's measurements.")
public final class MeasureTransport extends OneMeasurement {
    static final String NAME = "measure-transport";

    @Parameters(index = "0")
    private TransportMeasurement which;

    @Override
    protected Measurement make() {
        return which.make();
    }
}
