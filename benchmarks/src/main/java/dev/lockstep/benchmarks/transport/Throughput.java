package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.PartnerJvm;
import dev.lockstep.benchmarks.Results;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/** How much arrives when the partner sends as much as is taken, counted where it arrives. */
final class Throughput implements Measurement, Line.Listener {
    private static final double SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final double MB = 1_000_000;

    private final String figure;
    private final PartnerRole flood;
    private final int mtuBytes;
    private long messages;
    private long bytes;

    /**
     * @param figure how its figures' names begin
     * @param flood what the partner sends
     * @param mtuBytes the longest datagram payload
     */
    Throughput(String figure, PartnerRole flood, int mtuBytes) {
        this.figure = figure;
        this.flood = flood;
        this.mtuBytes = mtuBytes;
    }

    @Override
    public void run(Path directory, Effort effort, Results results) {
        LineEnd end = LineEnd.measuring(mtuBytes, directory);
        try (PartnerJvm partner = TransportPartner.start(flood, end.partner())) {
            partner.await(TransportPartner.READY);
            try (Line line = LockstepLine.open(end, 1, List.of())) {
                receive(line, effort.of(2, 4));
                messages = 0;
                bytes = 0;
                double seconds = receive(line, effort.of(2, 6)) / SECOND_NS;
                results.add(figure + ".per.s", messages / seconds);
                results.add(figure + ".mb.per.s", bytes / seconds / MB);
            }
        }
    }

    /** @return how long it took, in nanoseconds */
    private long receive(Line line, int seconds) {
        long beginNs = System.nanoTime();
        long endNs = beginNs;
        while (endNs - beginNs < seconds * SECOND_NS) {
            line.work(this);
            endNs = System.nanoTime();
        }
        return endNs - beginNs;
    }

    @Override
    public void onMessage(DirectBuffer buffer, int offset, int length) {
        messages++;
        bytes += length;
    }
}
