package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.storage.Invariant;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends a message, is busy until it is back, and sends the next. */
final class EchoLoop implements Line.Listener {
    static final int MESSAGE_BYTES = 100;
    /** Many seconds. */
    private static final int MAX_CYCLES = 1 << 27;

    private final Line line;
    private final UnsafeBuffer message = new UnsafeBuffer(ByteBuffer.allocateDirect(MESSAGE_BYTES));
    private long sent;
    private long answered;

    EchoLoop(Line line) {
        this.line = line;
    }

    /** Works until the other end is there. */
    void awaitUp() {
        for (int cycle = 0; !line.isUp(); cycle++) {
            Invariant.check(cycle < MAX_CYCLES, "the other end is not there");
            line.work(this);
        }
    }

    /**
     * @param durationNs for how long to go on
     * @param latencies takes how long each message was on its way, there and back
     * @return how many there were
     */
    long run(long durationNs, Latencies latencies) {
        long before = sent;
        long beginNs = System.nanoTime();
        long startNs = beginNs;
        while (startNs - beginNs < durationNs) {
            exchange();
            long endNs = System.nanoTime();
            latencies.record(endNs - startNs);
            startNs = System.nanoTime();
        }
        return sent - before;
    }

    /**
     * Does nothing but be there.
     *
     * @param durationNs for how long
     */
    void idle(long durationNs) {
        long beginNs = System.nanoTime();
        while (System.nanoTime() - beginNs < durationNs) {
            line.work(this);
        }
    }

    private void exchange() {
        sent++;
        message.putLong(0, sent);
        int cycle = 0;
        while (!line.send(message, 0, MESSAGE_BYTES)) {
            Invariant.check(cycle++ < MAX_CYCLES, "a message is not taken");
            line.work(this);
        }
        while (answered != sent) {
            Invariant.check(cycle++ < MAX_CYCLES, "a message does not come back");
            line.work(this);
        }
    }

    @Override
    public void onMessage(DirectBuffer buffer, int offset, int length) {
        answered = buffer.getLong(offset);
        Invariant.check(answered == sent && length == MESSAGE_BYTES, "what came back is not what was sent");
    }
}
