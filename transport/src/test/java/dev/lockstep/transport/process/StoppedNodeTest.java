package dev.lockstep.transport.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Stream;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes that stop for a while, for the system or a debugger holds them, and go on as if nothing had been. */
final class StoppedNodeTest {
    private static final int BEFORE_MS = 3_000;
    private static final int SHORT_STOP_MS = 5_000;
    private static final int REST_OF_LONG_STOP_MS = 25_000;
    /** Who waits for a stopped peer waits two seconds, until it is given up; a busy machine makes less of a silence. */
    private static final int LONGEST_SILENCE_MS = 1_000;
    /** What is left of a rate on a busy machine, at the least. */
    private static final double PART = 0.25;

    private static final int MESSAGES = 100;

    /** Two nodes stop, for five seconds and for thirty; two do not. Aeron gives up on a client after ten. */
    @Test
    void stoppedPeersHoldNobodyUpAndComeBackByThemselves() {
        try (ProcessCluster cluster = ProcessCluster.onLoopback(4)) {
            cluster.startAll();
            cluster.nodes().forEach(each -> each.tell("pace FULL"));
            double[][] before = watch(cluster, BEFORE_MS);
            int[] marks = marks(cluster);
            cluster.node(3).stop();
            cluster.node(4).stop();
            assertSteady(before, watch(cluster, SHORT_STOP_MS));
            cluster.node(3).goOn();
            assertBack(cluster, marks, 3, 0, 1, 2);
            assertSteady(before, watch(cluster, REST_OF_LONG_STOP_MS));
            cluster.node(4).goOn();
            assertBack(cluster, marks, 4, 1, 1, 2, 3);
            cluster.check();
            for (int node = 1; node <= 2; node++) {
                assertThat(cluster.node(node).since(0))
                        .as("what happened to the links of those that did not stop")
                        .noneMatch(line -> line.startsWith("down 1") || line.startsWith("down 2"));
            }
            assertThat(cluster.leftInSharedMemory())
                    .as("a directory and a lock of each")
                    .isEqualTo(8);
        }
    }

    private static int[] marks(ProcessCluster cluster) {
        return IntStream.rangeClosed(0, 4)
                .map(node -> node == 0 ? 0 : cluster.node(node).mark())
                .toArray();
    }

    /** Its links went down on both sides and came up as new ones, and there is traffic on them. */
    private static void assertBack(ProcessCluster cluster, int[] marks, int stopped, int generation, int... others) {
        NodeProcess back = cluster.node(stopped);
        for (int other : others) {
            NodeProcess peer = cluster.node(other);
            assertThat(back.await(marks[stopped], "up " + other)).isEqualTo("up " + other + " 1 0");
            assertThat(peer.await(marks[other], "up " + stopped)).isEqualTo("up " + stopped + " 1 " + generation);
            peer.awaitMessages(stopped, MESSAGES);
            back.awaitMessages(other, MESSAGES);
            assertThat(events(back, marks[stopped], other)).startsWith("down").hasSizeGreaterThan(1);
            assertThat(events(peer, marks[other], stopped)).startsWith("down").hasSizeGreaterThan(1);
        }
    }

    /** @return what happened to a link, in order: up and down */
    private static List<String> events(NodeProcess node, int from, int peer) {
        return node.since(from).stream()
                .filter(line -> line.startsWith("up " + peer) || line.startsWith("down " + peer))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    private static void assertSteady(double[][] before, double[][] now) {
        for (int node = 1; node <= 2; node++) {
            for (Stream stream : Stream.ofMembers()) {
                assertThat(now[node][stream.number()])
                        .as("messages a second heard by %s on %s", node, stream)
                        .isGreaterThan(before[node][stream.number()] * PART);
            }
        }
    }

    /** Has the first two nodes watch what they hear of each other, without a long silence; by node and stream. */
    private static double[][] watch(ProcessCluster cluster, int ms) {
        int[] from = marks(cluster);
        cluster.node(1).tell("watch " + ms);
        cluster.node(2).tell("watch " + ms);
        double[][] perSecond = new double[3][Stream.ofMembers().size()];
        for (int node = 1; node <= 2; node++) {
            Watched watched = new Watched(cluster.node(node).await(from[node], "watched"));
            for (Stream stream : Stream.ofMembers()) {
                assertThat(watched.longestSilenceMs(3 - node, stream))
                        .as("the longest silence heard by %s on %s, in ms", node, stream)
                        .isLessThan(LONGEST_SILENCE_MS);
                perSecond[node][stream.number()] = watched.messages(3 - node, stream) * 1_000.0 / ms;
            }
        }
        return perSecond;
    }
}
