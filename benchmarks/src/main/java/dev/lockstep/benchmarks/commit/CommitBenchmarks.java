package dev.lockstep.benchmarks.commit;

import static dev.lockstep.benchmarks.Target.atLeast;
import static dev.lockstep.benchmarks.Target.atMost;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Figures;
import dev.lockstep.benchmarks.Session;
import dev.lockstep.benchmarks.Subcommand;
import dev.lockstep.benchmarks.Target;
import java.util.List;
import picocli.CommandLine.Command;

/**
 * Takes the figures of two nodes. What is compared is measured in turn, round by round, each in a fresh pair of processes;
 * a ratio is of one round, so that what else the machine does weighs on both sides of it.
 */
@Command(name = "commit", description = "What it costs until two nodes have a command, beside the kernel's UDP.")
public final class CommitBenchmarks extends Subcommand {
    static final String UDP = "commit.echo.udp";
    static final String FORCE = "commit.force";
    static final String FORCE_SHARED = "commit.force.shared";
    static final String CALLER = "commit.caller";
    static final String COMPACT = "commit.compact";
    static final String FLUSHED = "commit.flushed";

    private static final String P50 = ".p50.us";
    private static final List<CommitMeasurement> LATENCIES = List.of(
            CommitMeasurement.ECHO_UDP,
            CommitMeasurement.CALLER,
            CommitMeasurement.COMPACT,
            CommitMeasurement.FORCE,
            CommitMeasurement.FORCE_SHARED,
            CommitMeasurement.FLUSHED,
            CommitMeasurement.IDLE);
    private static final List<CommitMeasurement> THROUGHPUTS =
            List.of(CommitMeasurement.THROUGHPUT, CommitMeasurement.THROUGHPUT_8K);
    private static final List<Target> TARGETS = List.of(
            atMost("commit.caller.p50.over.udp", 1.3),
            atMost("commit.caller.p99.over.udp", 5),
            atMost("commit.caller.p999.over.udp", 20),
            atMost("commit.compact.p50.over.udp", 3.5),
            atMost("commit.idle.p50.us", 300),
            atMost("commit.flushed.p50.over.floor", 1.3),
            atLeast("commit.throughput.per.s", 1_200_000),
            atLeast("commit.throughput.8k.per.s", 1_600_000));

    /** Made by the command line. */
    public CommitBenchmarks() {
        super(MeasureCommit.NAME, TARGETS);
    }

    @Override
    protected void measure(Session session, Effort effort) {
        for (int round = 0; round < effort.of(2, 6); round++) {
            measureLatencies(session, round);
        }
        for (int round = 0; round < effort.of(1, 4); round++) {
            THROUGHPUTS.forEach(each -> alone(session, each));
        }
    }

    /** Another one begins in each round. */
    private static void measureLatencies(Session session, int round) {
        for (int i = 0; i < LATENCIES.size(); i++) {
            alone(session, LATENCIES.get((round + i) % LATENCIES.size()));
        }
        Figures figures = session.figures();
        double echo = figures.newest(UDP + P50);
        figures.add("commit.caller.p50.over.udp", figures.newest(CALLER + P50) / echo);
        figures.add("commit.caller.p99.over.udp", figures.newest(CALLER + ".p99.us") / echo);
        figures.add("commit.caller.p999.over.udp", figures.newest(CALLER + ".p999.us") / echo);
        figures.add("commit.compact.p50.over.udp", figures.newest(COMPACT + P50) / echo);
        figures.add(
                "commit.flushed.p50.over.shared.floor",
                figures.newest(FLUSHED + P50) / (figures.newest(FORCE_SHARED + P50) + echo));
        figures.add(
                "commit.flushed.p50.over.floor", figures.newest(FLUSHED + P50) / (figures.newest(FORCE + P50) + echo));
    }

    private static void alone(Session session, CommitMeasurement measurement) {
        session.measure(measurement, measurement.name());
        session.discard(measurement.name());
    }
}
