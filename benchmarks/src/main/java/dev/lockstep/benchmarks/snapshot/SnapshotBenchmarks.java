package dev.lockstep.benchmarks.snapshot;

import static dev.lockstep.benchmarks.Target.atLeast;
import static dev.lockstep.benchmarks.Target.atMost;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Session;
import dev.lockstep.benchmarks.Subcommand;
import dev.lockstep.benchmarks.Target;
import java.util.List;
import picocli.CommandLine.Command;

/** Takes the figures of long life, one after another, each in fresh processes. */
@Command(
        name = "snapshot",
        description =
                "What snapshots of 1 GB cost under load, how fast a node is there with one; following, and timers.")
public final class SnapshotBenchmarks extends Subcommand {
    private static final List<Target> TARGETS = List.of(
            atMost("snapshot.commit.p999.us", 1_000),
            atMost("snapshot.throughput.loss.percent", 5),
            atLeast("follow.per.s", 3_000_000));

    /** Made by the command line. */
    public SnapshotBenchmarks() {
        super(MeasureSnapshot.NAME, TARGETS);
    }

    @Override
    protected void measure(Session session, Effort effort) {
        for (int round = 0; round < effort.of(1, 3); round++) {
            alone(session, SnapshotMeasurement.LOAD);
            alone(session, SnapshotMeasurement.JOIN);
            alone(session, SnapshotMeasurement.FOLLOW);
            alone(session, SnapshotMeasurement.TIMERS);
        }
        String aged = SnapshotMeasurement.AGED.name();
        session.measure(SnapshotMeasurement.AGED, aged);
        for (int round = 0; round < effort.of(2, 5); round++) {
            session.measure(SnapshotMeasurement.RESTART, aged);
        }
    }

    private static void alone(Session session, SnapshotMeasurement measurement) {
        session.measure(measurement, measurement.name());
        session.discard(measurement.name());
    }
}
