package dev.lockstep.transport.link;

import dev.lockstep.transport.Claim;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TransportCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A wire on which a test says what comes, and reads what goes out. */
final class ScriptedWire implements Wire {
    static final int MAX_WHOLE_BYTES = 4096;
    private static final int MAX_CLAIM_BYTES = 1024;

    private record Coming(Channel channel, DirectBuffer bytes, long tag) {}

    /** What was sent. */
    final List<byte[]> sent = new ArrayList<>();

    private final ArrayDeque<Coming> coming = new ArrayDeque<>();
    private final TransportCounters counters = new TransportCounters(() -> 0);

    void bring(Channel channel, byte[] bytes, long tag) {
        coming.add(new Coming(channel, new UnsafeBuffer(bytes), tag));
    }

    @Override
    public Outbound connect(Peer peer) {
        return new Outbound() {
            @Override
            public long offer(Stream stream, DirectBuffer buffer, int offset, int length, long tag) {
                byte[] bytes = new byte[length];
                buffer.getBytes(offset, bytes);
                sent.add(bytes);
                return sent.size();
            }

            @Override
            public long claim(Stream stream, int length, long tag, Claim claim) {
                throw new UnsupportedOperationException("nothing is claimed here");
            }

            @Override
            public boolean isConnected() {
                return true;
            }

            @Override
            public long retransmitted() {
                return 0;
            }

            @Override
            public void renew() {
                // nothing is open
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }

    @Override
    public Outbound answer(Channel channel) {
        throw new UnsupportedOperationException("no client speaks here");
    }

    @Override
    public int poll(Receiver receiver, int limit) {
        int polled = coming.size();
        while (!coming.isEmpty()) {
            Coming next = coming.poll();
            // as in a term buffer: other bytes stand around it
            UnsafeBuffer term = new UnsafeBuffer(new byte[next.bytes().capacity() + 128]);
            term.setMemory(0, term.capacity(), (byte) 0x5A);
            term.putBytes(64, next.bytes(), 0, next.bytes().capacity());
            receiver.onMessage(next.channel(), term, 64, next.bytes().capacity(), next.tag());
        }
        return polled;
    }

    @Override
    public int work(Receiver receiver, long nowNs) {
        return 0;
    }

    @Override
    public TransportCounters counters() {
        return counters;
    }

    @Override
    public Claim newClaim() {
        return null;
    }

    @Override
    public int maxClaimBytes() {
        return MAX_CLAIM_BYTES;
    }

    @Override
    public int maxWholeBytes(Stream stream) {
        return MAX_WHOLE_BYTES;
    }

    @Override
    public void close() {
        coming.clear();
    }
}
