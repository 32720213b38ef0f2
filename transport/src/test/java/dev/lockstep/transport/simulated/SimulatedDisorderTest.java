package dev.lockstep.transport.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Recorder;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a simulated network does beyond what a real link lets happen, when it is asked to; and that a seed decides. */
final class SimulatedDisorderTest {
    private static final int MESSAGES = 1_000;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[8]);
    private final Recorder recorder = new Recorder();
    private SimulatedNetwork network;
    private Transport one;
    private Transport other;

    @BeforeEach
    void start() {
        start(9);
    }

    private void start(long seed) {
        network = new SimulatedNetwork(seed);
        one = network.start(hello(1), 1, 0, List.of(new Peer(2, "two", 9000)));
        other = network.start(hello(2), 1, 0, List.of(new Peer(1, "one", 9000)));
        while (!one.isUp(2) || !other.isUp(1)) {
            turn();
        }
    }

    private static Hello hello(int node) {
        return new Hello(1, 0, 1, node, node, new Incarnation(1, 0));
    }

    private void turn() {
        network.advance(50_000);
        one.invoke();
        other.invoke();
        one.poll(new Recorder(), 10);
        other.poll(recorder, 10);
    }

    private List<Long> send() {
        for (int i = 0; i < MESSAGES; i++) {
            buffer.putLong(0, i);
            assertThat(one.offer(2, Stream.LOG, buffer, 0, 8)).isNotNegative();
            if (i % 5 == 0) {
                turn();
            }
        }
        for (int i = 0; i < MESSAGES; i++) {
            turn();
        }
        return recorder.messages(1, Stream.LOG).stream()
                .map(message -> new UnsafeBuffer(message).getLong(0))
                .toList();
    }

    @Test
    void messagesComeTwiceWhenAskedFor() {
        network.faults(Faults.NONE.withDisorder(200, 0));
        List<Long> heard = send();
        assertThat(heard).hasSizeBetween(MESSAGES + 100, MESSAGES + 300).isSorted();
        assertThat(heard.stream().distinct()).hasSize(MESSAGES);
    }

    @Test
    void messagesOvertakeWhenAskedFor() {
        network.faults(Faults.NONE.withDisorder(0, 200));
        List<Long> heard = send();
        assertThat(heard).hasSize(MESSAGES).doesNotHaveDuplicates();
        assertThat(heard).isNotEqualTo(heard.stream().sorted().toList());
    }

    @Test
    void theSameSeedBringsTheSame() {
        network.faults(Faults.NONE.withDisorder(300, 300));
        List<Long> first = List.copyOf(send());
        recorder.clear();
        start(9);
        network.faults(Faults.NONE.withDisorder(300, 300));
        assertThat(send()).isEqualTo(first);
    }
}
