package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Two nodes that send each other numbered messages on every stream, in the test's thread, and check what arrives: every
 * number in its order, and none is missing but when the link went down in between. What a client says they say back.
 */
final class BusyPair implements AutoCloseable {
    static final int MAX_MESSAGE_BYTES = 100_000;
    private static final long PATIENCE_NS = 30_000_000_000L;
    private static final int LONGEST = 3000;

    /** One of the two. */
    final class Side implements LinkHandler {
        final int node;
        final List<String> refusals = new ArrayList<>();
        private final long[] sent = new long[Stream.ofMembers().size()];
        private final long[] heard = new long[Stream.ofMembers().size()];
        private final boolean[] mayMiss = new boolean[Stream.ofMembers().size()];
        Transport transport;
        final List<LinkDown> downs = new ArrayList<>();

        Side(int node) {
            this.node = node;
        }

        AeronWire wire() {
            return network.wire(node);
        }

        int port() {
            return network.peer(node).port();
        }

        private int other() {
            return 3 - node;
        }

        private void send(Stream stream) {
            long number = sent[stream.number()];
            int length = Long.BYTES + (int) (number * 97 % (LONGEST - Long.BYTES));
            buffer.putLong(0, number);
            buffer.setMemory(Long.BYTES, length - Long.BYTES, (byte) number);
            if (transport.offer(other(), stream, buffer, 0, length) >= 0) {
                sent[stream.number()]++;
            }
        }

        @Override
        public void onLinkUp(int node, Hello peer) {
            assertThat(Transport.isClient(node) || node == other()).isTrue();
        }

        @Override
        public void onMessage(int from, Stream stream, DirectBuffer bytes, int offset, int length) {
            if (Transport.isClient(from)) {
                transport.offer(from, stream, bytes, offset, length);
                return;
            }
            assertThat(from).isEqualTo(other());
            long number = bytes.getLong(offset);
            long expected = heard[stream.number()];
            if (mayMiss[stream.number()]) {
                assertThat(number).isGreaterThanOrEqualTo(expected);
                mayMiss[stream.number()] = false;
            } else {
                assertThat(number).isEqualTo(expected);
            }
            assertThat(length).isEqualTo(Long.BYTES + (int) (number * 97 % (LONGEST - Long.BYTES)));
            for (int i = Long.BYTES; i < length; i++) {
                if (bytes.getByte(offset + i) != (byte) number) {
                    throw new AssertionError("message " + number + " differs at " + i);
                }
            }
            heard[stream.number()] = number + 1;
        }

        @Override
        public void onLinkDown(int from, LinkDown reason) {
            if (!Transport.isClient(from)) {
                downs.add(reason);
                Arrays.fill(mayMiss, true);
            }
        }

        @Override
        public void onRefused(int from, String why) {
            refusals.add(why);
        }

        @Override
        public void onTrouble(String why) {
            // errors() of the wire has them
        }
    }

    final AeronTestNetwork network;
    final Side one = new Side(1);
    final Side two = new Side(2);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[LONGEST]);
    private final List<Runnable> others = new ArrayList<>();
    private int starts;

    BusyPair(UnaryOperator<TransportSettings> adjust) {
        network = new AeronTestNetwork(adjust);
        start(one);
        start(two);
    }

    /** What somebody else does in each turn. */
    void alongside(Runnable turn) {
        others.add(turn);
    }

    void start(Side side) {
        Hello hello = new Hello(0xC1, 0, 1, side.node, 1000 + side.node, new Incarnation(++starts, 0));
        side.transport = network.start(hello, MAX_MESSAGE_BYTES, List.of(side.other()));
    }

    /** Ends a node without a word, and starts it anew. */
    void restart(Side side) {
        network.kill(side.transport, side.node);
        start(side);
        Arrays.fill(side.mayMiss, true);
    }

    boolean isLinked() {
        return one.transport.isUp(2) && two.transport.isUp(1);
    }

    long delivered() {
        long least = Long.MAX_VALUE;
        for (Stream stream : Stream.ofMembers()) {
            least = Math.min(least, Math.min(one.heard[stream.number()], two.heard[stream.number()]));
        }
        return least;
    }

    void turn() {
        for (Stream stream : Stream.ofMembers()) {
            one.send(stream);
            two.send(stream);
        }
        idle();
    }

    /** A turn in which nothing is sent. */
    void idle() {
        one.transport.invoke();
        two.transport.invoke();
        one.transport.poll(one, 10);
        two.transport.poll(two, 10);
        others.forEach(Runnable::run);
    }

    void until(String what, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean() && System.nanoTime() - deadlineNs < 0) {
            turn();
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }

    void untilLinked() {
        until("both linked", this::isLinked);
    }

    /** Until this many more have arrived on each stream, in both directions. */
    void untilDelivered(int more) {
        long goal = delivered() + more;
        until("delivered", () -> delivered() >= goal);
    }

    void assertUnharmed() {
        assertThat(one.downs).isEmpty();
        assertThat(two.downs).isEmpty();
        assertThat(isLinked()).isTrue();
        assertNoErrors();
    }

    void assertNoErrors() {
        assertThat(one.wire().errors()).isEmpty();
        assertThat(two.wire().errors()).isEmpty();
    }

    @Override
    public void close() {
        one.transport.close();
        two.transport.close();
    }
}
