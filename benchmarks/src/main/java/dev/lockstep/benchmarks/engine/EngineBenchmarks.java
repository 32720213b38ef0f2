package dev.lockstep.benchmarks.engine;

import static dev.lockstep.benchmarks.Target.atLeast;
import static dev.lockstep.benchmarks.Target.atMost;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Session;
import dev.lockstep.benchmarks.Subcommand;
import dev.lockstep.benchmarks.Target;
import java.util.List;
import picocli.CommandLine.Command;

/** Takes all figures of an engine that is alone, one after another: two at a time would measure each other. */
@Command(name = "engine", description = "What an engine costs that is alone, and how fast it starts again.")
public final class EngineBenchmarks extends Subcommand {
    private static final List<EngineMeasurement> LOADS = List.of(
            EngineMeasurement.COMPACT_APPENDED,
            EngineMeasurement.COMPACT_FLUSHED,
            EngineMeasurement.PIPELINED_APPENDED,
            EngineMeasurement.PIPELINED_FLUSHED,
            EngineMeasurement.CALLER_APPENDED,
            EngineMeasurement.CALLER_FLUSHED);
    private static final List<Target> TARGETS =
            List.of(atMost("engine.bytes.per.command", 0), atLeast("engine.replay.per.s", 3_000_000));

    /** Made by the command line. */
    public EngineBenchmarks() {
        super(MeasureEngine.NAME, TARGETS);
    }

    @Override
    protected void measure(Session session, Effort effort) {
        for (int round = 0; round < effort.of(1, 2); round++) {
            LOADS.forEach(each -> alone(session, each));
        }
        alone(session, EngineMeasurement.ALLOCATION);
        if (effort == Effort.QUICK) {
            measureRestarts(session, EngineMeasurement.FILL_100MB, EngineMeasurement.RESTART_100MB, 3);
        } else {
            measureRestarts(session, EngineMeasurement.FILL_1GB, EngineMeasurement.RESTART_1GB, 5);
        }
    }

    private static void measureRestarts(
            Session session, EngineMeasurement fill, EngineMeasurement restart, int rounds) {
        session.measure(fill, fill.name());
        for (int round = 0; round < rounds; round++) {
            session.measure(restart, fill.name());
        }
    }

    private static void alone(Session session, EngineMeasurement measurement) {
        session.measure(measurement, measurement.name());
        session.discard(measurement.name());
    }
}
