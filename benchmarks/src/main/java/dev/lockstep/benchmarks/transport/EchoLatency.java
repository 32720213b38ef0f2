package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.Allocations;
import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.PartnerJvm;
import dev.lockstep.benchmarks.Results;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** How long a message is on its way there and back, one at a time; and what the thread allocates meanwhile. */
final class EchoLatency implements Measurement {
    private final LineKind kind;
    private final String figure;
    private final String allocationFigure;

    /**
     * @param kind what carries the messages
     * @param figure how the names of its latencies begin
     * @param allocationFigure the name of what it allocates for a message there and back
     */
    EchoLatency(LineKind kind, String figure, String allocationFigure) {
        this.kind = kind;
        this.figure = figure;
        this.allocationFigure = allocationFigure;
    }

    @Override
    public void run(Path directory, Effort effort, Results results) {
        LineEnd end = LineEnd.measuring(LineEnd.DEFAULT_MTU_BYTES, directory);
        try (PartnerJvm partner = TransportPartner.start(PartnerRole.answering(kind), end.partner())) {
            partner.await(TransportPartner.READY);
            try (Line line = kind.open(end)) {
                measure(line, effort, results);
            }
        }
    }

    private void measure(Line line, Effort effort, Results results) {
        EchoLoop loop = new EchoLoop(line);
        Latencies latencies = new Latencies();
        loop.awaitUp();
        loop.run(TimeUnit.SECONDS.toNanos(effort.of(2, 5)), latencies);
        latencies.forget();
        long durationNs = TimeUnit.SECONDS.toNanos(effort.of(2, 10));
        long allocatedBefore = Allocations.ofThisThread();
        long messages = loop.run(durationNs, latencies);
        long allocated = Allocations.ofThisThread() - allocatedBefore;
        latencies.reportUs(figure, results);
        loop.idle(durationNs);
        long allocatedIdle = Allocations.ofThisThread() - allocatedBefore - allocated;
        results.add(allocationFigure, perMessage(allocated - allocatedIdle, messages));
    }

    /**
     * What is allocated in so many seconds, messages or not, was taken off; what is left of that is less than a byte in a
     * hundred messages.
     */
    private static double perMessage(long bytes, long messages) {
        return Math.max(0, Math.rint(100.0 * bytes / messages) / 100);
    }
}
