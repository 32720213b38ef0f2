package dev.lockstep.benchmarks.transport;

import static dev.lockstep.benchmarks.Target.atMost;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Figures;
import dev.lockstep.benchmarks.Session;
import dev.lockstep.benchmarks.Subcommand;
import dev.lockstep.benchmarks.Target;
import java.util.List;
import picocli.CommandLine.Command;

/**
 * Takes all of the transport's figures. What is compared is measured in turn, round by round, each in a fresh pair of
 * processes; a ratio is of one round, so that what else the machine does weighs on both sides of it.
 */
@Command(name = "transport", description = "What the transport costs, beside the kernel's UDP and Aeron by itself.")
public final class TransportBenchmarks extends Subcommand {
    static final String UDP = "transport.echo.udp";
    static final String AERON = "transport.echo.aeron";
    static final String LOCKSTEP = "transport.echo.lockstep";

    private static final List<TransportMeasurement> ECHOES =
            List.of(TransportMeasurement.ECHO_UDP, TransportMeasurement.ECHO_AERON, TransportMeasurement.ECHO_LOCKSTEP);
    private static final List<TransportMeasurement> THROUGHPUTS = List.of(
            TransportMeasurement.THROUGHPUT_1408_100B,
            TransportMeasurement.THROUGHPUT_1408_8KIB,
            TransportMeasurement.THROUGHPUT_8192_100B,
            TransportMeasurement.THROUGHPUT_8192_8KIB);

    private static final List<Target> TARGETS = List.of(
            atMost("transport.echo.p50.over.udp", 1.25),
            atMost("transport.echo.p50.over.aeron", 1.05),
            atMost("transport.echo.p99.over.aeron", 1),
            atMost("transport.rejoin.p999.us", 1000),
            atMost("transport.bytes.per.message", 0));

    /** Made by the command line. */
    public TransportBenchmarks() {
        super(MeasureTransport.NAME, TARGETS);
    }

    @Override
    protected void measure(Session session, Effort effort) {
        for (int round = 0; round < effort.of(3, 7); round++) {
            measureEchoes(session, round);
        }
        for (int round = 0; round < effort.of(1, 3); round++) {
            measureRejoin(session);
            THROUGHPUTS.forEach(each -> session.measure(each, "links"));
        }
    }

    /** Another one begins in each round. */
    private static void measureEchoes(Session session, int round) {
        for (int i = 0; i < ECHOES.size(); i++) {
            session.measure(ECHOES.get((round + i) % ECHOES.size()), "links");
        }
        addRatio(session.figures(), "transport.echo.p50.over.udp", ".p50.us", UDP);
        addRatio(session.figures(), "transport.echo.p50.over.aeron", ".p50.us", AERON);
        addRatio(session.figures(), "transport.echo.p99.over.aeron", ".p99.us", AERON);
    }

    /** A third process on a machine of two processors delays the other two by being there: so both kinds of windows count. */
    private static void measureRejoin(Session session) {
        session.measure(TransportMeasurement.REJOIN, "links");
        Figures figures = session.figures();
        figures.add(
                "transport.rejoin.p999.over.quiet",
                figures.newest("transport.rejoin.p999.us") / figures.newest("transport.rejoin.quiet.p999.us"));
    }

    private static void addRatio(Figures figures, String name, String percentile, String reference) {
        figures.add(name, figures.newest(LOCKSTEP + percentile) / figures.newest(reference + percentile));
    }
}
