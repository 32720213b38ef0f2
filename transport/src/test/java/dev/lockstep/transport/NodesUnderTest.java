package dev.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Nodes on a network, driven in turn by the test. */
public abstract class NodesUnderTest {
    static final long CLUSTER = 0xC1;
    static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final long PATIENCE_NS = 30_000_000_000L;
    private static final long A_WHILE_NS = 200_000_000;

    final Map<Integer, Transport> transports = new HashMap<>();
    final Map<Integer, Recorder> recorders = new HashMap<>();
    final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MAX_MESSAGE_BYTES + 64]);
    final Random random = new Random(11);
    TestNetwork network;

    /** @return a network without nodes */
    protected abstract TestNetwork network();

    @BeforeEach
    void openNetwork() {
        network = network();
    }

    @AfterEach
    void closeAll() {
        transports.values().forEach(Transport::close);
        network.close();
    }

    static Hello hello(int node, long start) {
        return new Hello(CLUSTER, 0, 1, node, 1000 + node, new Incarnation(start, 0));
    }

    void start(Hello self, Integer... peers) {
        transports.put(self.node(), network.start(self, MAX_MESSAGE_BYTES, Arrays.asList(peers)));
        recorders.put(self.node(), new Recorder());
    }

    Transport transport(int node) {
        return transports.get(node);
    }

    Recorder recorder(int node) {
        return recorders.get(node);
    }

    void startPair() {
        start(hello(1, 1), 2);
        start(hello(2, 1), 1);
        untilLinked(1, 2);
    }

    void turn(int... except) {
        network.pass();
        for (Map.Entry<Integer, Transport> each : transports.entrySet()) {
            if (Arrays.stream(except).noneMatch(node -> node == each.getKey())) {
                each.getValue().invoke();
                each.getValue().poll(recorders.get(each.getKey()), 10);
            }
        }
    }

    void until(String what, BooleanSupplier condition, int... except) {
        long deadlineNs = network.nowNs() + PATIENCE_NS;
        while (!condition.getAsBoolean() && network.nowNs() - deadlineNs < 0) {
            turn(except);
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }

    void untilLinked(int a, int b) {
        until(
                "links of " + a + " and " + b,
                () -> transport(a).isUp(b) && transport(b).isUp(a));
    }

    void forAWhile(int... except) {
        long endNs = network.nowNs() + A_WHILE_NS;
        while (network.nowNs() - endNs < 0) {
            turn(except);
        }
    }

    byte[] fill(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        buffer.putBytes(0, bytes);
        return bytes;
    }

    void send(int from, int to, Stream stream, int length, int... except) {
        long deadlineNs = network.nowNs() + PATIENCE_NS;
        while (network.nowNs() - deadlineNs < 0) {
            long result = transport(from).offer(to, stream, buffer, 0, length);
            if (result >= 0) {
                return;
            }
            assertThat(SendResult.describe(result)).isEqualTo("BACK_PRESSURED");
            turn(except);
        }
        throw new IllegalStateException("never accepted: " + length + " bytes on " + stream);
    }
}
