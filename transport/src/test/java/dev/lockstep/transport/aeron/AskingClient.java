package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A client as it should be, which says numbers to a node that says them back, one after the other. */
final class AskingClient implements LinkHandler, AutoCloseable {
    private final Transport transport;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[Long.BYTES]);
    private long asked;
    long answered;
    int downs;

    AskingClient(Transport transport) {
        this.transport = transport;
    }

    void turn() {
        transport.invoke();
        transport.poll(this, 10);
        if (asked == answered && transport.isUp(1)) {
            buffer.putLong(0, asked);
            asked += transport.offer(1, Stream.CLIENT, buffer, 0, Long.BYTES) >= 0 ? 1 : 0;
        }
    }

    /** Says numbers without end, and reads no answer. */
    void flood() {
        transport.invoke();
        long result = 0;
        for (int i = 0; i < 100 && result >= 0; i++) {
            result = transport.offer(1, Stream.CLIENT, buffer, 0, Long.BYTES);
        }
        assertThat(result).isNotEqualTo(SendResult.CLOSED);
    }

    @Override
    public void onLinkUp(int node, Hello peer) {
        assertThat(peer.node()).isEqualTo(1);
    }

    @Override
    public void onMessage(int node, Stream stream, DirectBuffer bytes, int offset, int length) {
        assertThat(bytes.getLong(offset)).isEqualTo(answered);
        answered++;
    }

    @Override
    public void onLinkDown(int node, LinkDown reason) {
        downs++;
        asked = answered;
    }

    @Override
    public void onRefused(int node, String why) {
        throw new AssertionError(why);
    }

    @Override
    public void onTrouble(String why) {
        // what a client's wire tells is not what this is about
    }

    @Override
    public void close() {
        transport.close();
    }
}
