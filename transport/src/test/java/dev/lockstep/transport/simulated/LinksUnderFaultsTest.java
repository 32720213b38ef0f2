package dev.lockstep.transport.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
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

    private final List<TalkingNode> nodes = new ArrayList<>();
    private SimulatedNetwork network;
    private SplittableRandom random;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("lockstep.links.seeds", 60));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noGapIsSilentAndNothingOldIsDelivered(long seed) {
        random = new SplittableRandom(seed);
        network = new SimulatedNetwork(random.nextLong());
        network.faults(Faults.drawn(random));
        for (int node = 1; node <= NODES; node++) {
            nodes.add(new TalkingNode(network, random, node, NODES, 0));
        }
        for (int step = 0; step < STEPS; step++) {
            disturb();
            turn();
        }
        assertThat(nodes.stream().mapToLong(Talker::downs).sum())
                .as("links went down")
                .isPositive();
        heal();
        long before = delivered();
        for (int step = 0; step < 2_000; step++) {
            turn();
        }
        for (TalkingNode from : nodes) {
            for (TalkingNode to : nodes) {
                assertThat(from == to || from.isUp(to.number))
                        .as("%s to %s", from.number, to.number)
                        .isTrue();
            }
        }
        assertThat(delivered() - before).isGreaterThan(1_000);
    }

    private long delivered() {
        return nodes.stream().mapToLong(Talker::delivered).sum();
    }

    private void turn() {
        network.advance(STEP_NS);
        nodes.forEach(Talker::turn);
    }

    private void disturb() {
        TalkingNode a = nodes.get(random.nextInt(NODES));
        TalkingNode b = nodes.get(random.nextInt(NODES));
        switch (random.nextInt(400)) {
            case 0, 1 -> network.block(a.number, b.number);
            case 2, 3, 4, 5, 6, 7 -> network.unblock(a.number, b.number);
            case 8 -> a.restart();
            case 9 -> network.gap(a.number, b.number, Stream.ofMembers().get(random.nextInt(3)));
            case 10 -> a.pause(random.nextInt(1_000));
            default -> {
                return; // most of the time all goes its way
            }
        }
    }

    private void heal() {
        network.faults(Faults.NONE);
        network.unblockAll();
        nodes.forEach(node -> node.pause(0));
    }
}
