package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.PartnerJvm;
import dev.lockstep.benchmarks.Ports;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.transport.Peer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a third node costs the two that talk, when it starts, links up and dies, again and again: from when it is told to
 * open its transport until its death has been noticed and cleared away. Held against windows in which it does nothing.
 *
 * <p>The start of its JVM is left out: in life that happens on another machine.
 */
final class Rejoin implements Measurement {
    private static final int JOINER_NODE = 3;
    private static final List<String> JOINER_FLAGS = List.of("-Xms64m", "-Xmx64m", "-XX:TieredStopAtLevel=1");
    private static final double NS_PER_MS = 1_000_000;

    private static final long WARM_UP_MS = 5000;
    private static final long SETTLE_MS = 500;
    private static final long QUIET_MS = 3000;
    private static final long UP_MS = 500;
    /** Longer than it takes a driver to give up on a dead peer, and to let go of what it kept for it. */
    private static final long GONE_MS = 4000;

    private final List<Double> upMs = new ArrayList<>();

    @Override
    public void run(Path directory, Effort effort, Results results) {
        LineEnd end = LineEnd.measuring(LineEnd.DEFAULT_MTU_BYTES, directory);
        LineEnd joiner = new LineEnd(
                JOINER_NODE, Ports.freeInARow(LineEnd.PORTS), end.port(), LineEnd.DEFAULT_MTU_BYTES, directory);
        Peer third = new Peer(JOINER_NODE, LineEnd.HOST, joiner.port());
        try (PartnerJvm partner = TransportPartner.start(PartnerRole.ANSWER_LOCKSTEP, end.partner())) {
            partner.await(TransportPartner.READY);
            try (Line line = LockstepLine.open(end, 1, List.of(third))) {
                measure(line, joiner, effort.of(2, 3), results);
            }
        }
    }

    private void measure(Line line, LineEnd joiner, int times, Results results) {
        PacedEcho echo = new PacedEcho(line);
        Thread director = new Thread(() -> direct(joiner, echo, times), "director");
        director.setDaemon(true);
        director.start();
        echo.run();
        echo.joining.report("transport.rejoin", results);
        echo.quiet.report("transport.rejoin.quiet", results);
        upMs.forEach(ms -> results.add("transport.rejoin.up.ms", ms));
    }

    private void direct(LineEnd joiner, PacedEcho echo, int times) {
        try {
            TimeUnit.MILLISECONDS.sleep(WARM_UP_MS);
            for (int start = 1; start <= times; start++) {
                directOnce(joiner, echo, start);
            }
            echo.stop(null);
        } catch (InterruptedException | RuntimeException | Error e) {
            echo.stop(e);
        }
    }

    private void directOnce(LineEnd joiner, PacedEcho echo, long start) throws InterruptedException {
        try (PartnerJvm third = TransportPartner.start(PartnerRole.JOIN, joiner, start, JOINER_FLAGS)) {
            third.await(TransportPartner.READY);
            TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
            echo.measureIn(echo.quiet);
            TimeUnit.MILLISECONDS.sleep(QUIET_MS);

            echo.measureIn(echo.joining);
            long beginNs = System.nanoTime();
            third.tell("join");
            third.await(Joiner.UP);
            upMs.add((System.nanoTime() - beginNs) / NS_PER_MS);
            TimeUnit.MILLISECONDS.sleep(UP_MS);
            third.kill();
            TimeUnit.MILLISECONDS.sleep(GONE_MS);
            echo.measureIn(null);
        }
    }
}
