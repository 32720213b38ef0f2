package dev.lockstep.benchmarks.transport;

import static dev.lockstep.benchmarks.Target.atMost;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Figures;
import dev.lockstep.benchmarks.Session;
import dev.lockstep.benchmarks.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Takes all of the transport's figures. What is compared is measured in turn, round by round, each in a fresh pair of
 * processes; a ratio is of one round, so that what else the machine does weighs on both sides of it.
 */
@Command(name = "transport", description = "What the transport costs, beside the kernel's UDP and Aeron by itself.")
public final class TransportBenchmarks implements Callable<Integer> {
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

    @SuppressWarnings("unused") // picocli answers it
    @Option(names = "--help", usageHelp = true, description = "Says this.")
    private boolean help;

    @Option(names = "--quick", description = "Under two minutes, with fewer rounds: shows that all is well.")
    private boolean quick;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "${sys:lockstep.benchmarks.parent}",
            description = {
                "Where to keep buffers if there is too little shared memory, in a directory that is deleted afterwards.",
                "Default: ${DEFAULT-VALUE}"
            })
    private Path parent;

    @Override
    public Integer call() throws IOException {
        Effort effort = quick ? Effort.QUICK : Effort.FULL;
        try (Session session = new Session(MeasureTransport.NAME, parent, effort)) {
            for (int round = 0; round < effort.of(3, 9); round++) {
                measureEchoes(session, round);
            }
            for (int round = 0; round < effort.of(1, 3); round++) {
                session.measure(TransportMeasurement.REJOIN, "links");
                THROUGHPUTS.forEach(each -> session.measure(each, "links"));
            }
            session.report(TARGETS);
        }
        return 0;
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

    private static void addRatio(Figures figures, String name, String percentile, String reference) {
        figures.add(name, figures.newest(LOCKSTEP + percentile) / figures.newest(reference + percentile));
    }
}
