package dev.lockstep.transport.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that can go wrong on the way, at once, by a seed: within one life of a link each stream brings what was
 * sent in one life on the other side, from its first message on and without a gap; and when the faults end, every link
 * comes up.
 */
final class LinksUnderFaultsTest {
    private static final int NODES = 3;
    private static final int STEPS = 4_000;
    private static final long STEP_NS = 2_000_000;
    private static final int LONG_BYTES = 40_000;

    private final Node[] nodes = new Node[NODES + 1];
    private SimulatedNetwork network;
    private SplittableRandom random;
    private long delivered;
    private long downs;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("lockstep.links.seeds", 60));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noGapIsSilentAndNothingOldIsDelivered(long seed) {
        random = new SplittableRandom(seed);
        network = new SimulatedNetwork(random.nextLong());
        network.faults(new Faults(
                20_000,
                random.nextLong(20_001, 30_000_000),
                random.nextInt(100),
                random.nextLong(100_000_000),
                random.nextInt(2_000),
                random.nextInt(1000),
                0,
                0));
        for (int node = 1; node <= NODES; node++) {
            nodes[node] = new Node(node, 1);
        }
        for (int step = 0; step < STEPS; step++) {
            disturb();
            turn();
        }
        assertThat(downs).as("links went down").isPositive();
        heal();
        long before = delivered;
        for (int step = 0; step < 2_000; step++) {
            turn();
        }
        for (int from = 1; from <= NODES; from++) {
            for (int to = 1; to <= NODES; to++) {
                assertThat(from == to || nodes[from].transport.isUp(to))
                        .as("%s to %s", from, to)
                        .isTrue();
            }
        }
        assertThat(delivered - before).isGreaterThan(1_000);
    }

    private void turn() {
        network.advance(STEP_NS);
        for (int i = 1; i <= NODES; i++) {
            if (nodes[i].pausedSteps > 0) {
                nodes[i].pausedSteps--;
            } else {
                nodes[i].turn();
            }
        }
    }

    private void disturb() {
        int a = 1 + random.nextInt(NODES);
        int b = 1 + random.nextInt(NODES);
        switch (random.nextInt(400)) {
            case 0, 1 -> network.block(a, b);
            case 2, 3, 4, 5, 6, 7 -> network.unblock(a, b);
            case 8 -> nodes[a].restart();
            case 9 -> network.gap(a, b, Stream.ofMembers().get(random.nextInt(3)));
            case 10 -> nodes[a].pausedSteps = random.nextInt(1_000);
            default -> {
                return; // most of the time all goes its way
            }
        }
    }

    private void heal() {
        network.faults(Faults.NONE);
        for (int a = 1; a <= NODES; a++) {
            nodes[a].pausedSteps = 0;
            for (int b = 1; b <= NODES; b++) {
                network.unblock(a, b);
            }
        }
    }

    /** What has been heard of a peer, or sent to it, in this life of the link. */
    private static final class Life {
        private final long[] next = new long[Stream.count()];
        private final long[] sendersLife = new long[Stream.count()];
        private Hello peer;
    }

    /** One node: sends numbered messages to whoever is there, and checks the numbers of what it gets. */
    private final class Node implements LinkHandler {
        private final int number;
        private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[LONG_BYTES]);
        private final Map<Integer, Life> heard = new HashMap<>();
        private final Map<Integer, Life> sent = new HashMap<>();
        private long start;
        private long lives;
        private int pausedSteps;
        private Transport transport;

        Node(int number, long start) {
            this.number = number;
            this.start = start;
            open();
        }

        private void open() {
            List<Peer> peers = new ArrayList<>(IntStream.rangeClosed(1, NODES)
                    .filter(node -> node != number)
                    .mapToObj(node -> new Peer(node, "node" + node, 9000))
                    .toList());
            transport = network.start(
                    new Hello(1, 0, 1, number, number, new Incarnation(start, 0)), 2 * LONG_BYTES, 0, peers);
        }

        void restart() {
            network.kill(transport, number);
            heard.clear();
            sent.clear();
            start++;
            lives = 0;
            open();
        }

        void turn() {
            transport.invoke();
            transport.poll(this, 10);
            for (int peer = 1; peer <= NODES; peer++) {
                if (peer != number && transport.isUp(peer) && sent.containsKey(peer)) {
                    send(peer, Stream.ofMembers().get(random.nextInt(3)));
                }
            }
        }

        /** Each message says in which life of ours, and as the how manieth of its stream, it was sent. */
        private void send(int peer, Stream stream) {
            Life life = sent.get(peer);
            long next = life.next[stream.number()];
            boolean isLong = stream == Stream.BULK && next % 7 == 3;
            buffer.putLong(0, start);
            buffer.putLong(8, life.sendersLife[0]);
            buffer.putLong(16, next);
            if (transport.offer(peer, stream, buffer, 0, isLong ? LONG_BYTES : 24) >= 0) {
                life.next[stream.number()]++;
            }
        }

        @Override
        public void onLinkUp(int node, Hello peer) {
            assertThat(heard).as("told of two ups in a row").doesNotContainKey(node);
            Life life = new Life();
            life.peer = peer;
            heard.put(node, life);
            Life mine = new Life();
            mine.sendersLife[0] = ++lives;
            sent.put(node, mine);
        }

        @Override
        public void onMessage(int node, Stream stream, DirectBuffer message, int offset, int length) {
            Life life = heard.get(node);
            assertThat(life).as("a message while the link is down").isNotNull();
            int number = stream.number();
            assertThat(message.getLong(offset))
                    .as("the start that sent it")
                    .isEqualTo(life.peer.incarnation().start());
            if (life.next[number] == 0) {
                life.sendersLife[number] = message.getLong(offset + 8);
            }
            assertThat(message.getLong(offset + 8)).as("of one life").isEqualTo(life.sendersLife[number]);
            assertThat(message.getLong(offset + 16)).as("without a gap").isEqualTo(life.next[number]);
            life.next[number]++;
            delivered++;
        }

        @Override
        public void onLinkDown(int node, LinkDown reason) {
            assertThat(heard.remove(node)).as("down without an up").isNotNull();
            sent.remove(node);
            downs++;
        }

        @Override
        public void onRefused(int node, String why) {
            throw new AssertionError(why);
        }

        @Override
        public void onTrouble(String why) {
            throw new AssertionError(why);
        }
    }
}
