package dev.lockstep.transport.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Stream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes in processes of their own. */
final class TrafficBetweenProcessesTest {
    private static final int WATCH_MS = 2_000;

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void everythingArrivesWholeAndInOrderInAllDirectionsAtOnce(int nodes) throws InterruptedException {
        try (ProcessCluster cluster = ProcessCluster.onLoopback(nodes)) {
            cluster.startAll();
            cluster.nodes().forEach(each -> each.tell("pace FULL"));
            Map<Integer, Watched> watched = watchAll(cluster, nodes);
            for (int to = 1; to <= nodes; to++) {
                for (int from = 1; from <= nodes; from++) {
                    for (Stream stream : Stream.ofMembers()) {
                        assertThat(from == to ? 1_000 : watched.get(to).messages(from, stream))
                                .as("messages from %s to %s on %s", from, to, stream)
                                .isGreaterThan(100);
                    }
                }
            }
            for (NodeProcess each : cluster.nodes()) {
                assertThat(each.since(0)).as("links that went down").noneMatch(line -> line.startsWith("down"));
            }
            for (NodeProcess each : cluster.nodes()) {
                each.end();
            }
            cluster.check();
            assertThat(cluster.leftInSharedMemory()).isZero();
        }
    }

    private static Map<Integer, Watched> watchAll(ProcessCluster cluster, int nodes) {
        List<NodeProcess> all = cluster.nodes();
        all.forEach(each -> each.tell("watch " + WATCH_MS));
        Map<Integer, Watched> watched = new HashMap<>();
        for (int node = 1; node <= nodes; node++) {
            watched.put(node, new Watched(cluster.node(node).await(0, "watched")));
        }
        return watched;
    }
}
