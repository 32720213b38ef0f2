package dev.lockstep.benchmarks.replica;

import static dev.lockstep.benchmarks.Target.atMost;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Session;
import dev.lockstep.benchmarks.Subcommand;
import dev.lockstep.benchmarks.Target;
import java.util.List;
import picocli.CommandLine.Command;

/** Takes all of the replica's figures, one after another: two at a time would measure each other. */
@Command(name = "replica", description = "What the protocol costs a frame, and how fast it is simulated.")
public final class ReplicaBenchmarks extends Subcommand {
    private static final List<Target> TARGETS =
            List.of(atMost("replica.frame.ns", 300), atMost("replica.bytes.per.frame", 0));

    /** Made by the command line. */
    public ReplicaBenchmarks() {
        super(MeasureReplica.NAME, TARGETS);
    }

    @Override
    protected void measure(Session session, Effort effort) {
        session.measureWithJmh(FrameBenchmark.class, "replica.frame.ns");
        alone(session, ReplicaMeasurement.ALLOCATION);
        alone(session, ReplicaMeasurement.SIMULATOR);
    }

    private static void alone(Session session, ReplicaMeasurement measurement) {
        session.measure(measurement, measurement.name());
        session.discard(measurement.name());
    }
}
