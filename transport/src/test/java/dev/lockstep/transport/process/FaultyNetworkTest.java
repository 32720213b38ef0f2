package dev.lockstep.transport.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Stream;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes on a network that loses what the kernel is told to lose. */
final class FaultyNetworkTest {
    private static final int PORT = 9000; // in networks that nobody else is in
    private static final int WATCH_MS = 1_000;
    private static final int MESSAGES = 300;

    private NetworkNamespaces network;
    private ProcessCluster cluster;

    @BeforeEach
    void startInNetworksOfTheirOwn() {
        network = NetworkNamespaces.make();
        cluster = ProcessCluster.at(network.host(1) + ":" + PORT, network.host(2) + ":" + PORT);
    }

    @AfterEach
    void endAll() {
        try {
            if (cluster != null) {
                cluster.check();
            }
        } finally {
            CloseHelper.closeAll(cluster, network);
        }
    }

    private void startBoth() {
        NodeProcess[] prepared = {cluster.prepare(1, network.prefix(1)), cluster.prepare(2, network.prefix(2))};
        cluster.open(1, prepared[0], 1);
        cluster.open(2, prepared[1], 1);
        cluster.awaitAllUp();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.10, 0.30})
    void whatIsLostAtRandomIsRepairedUnseen(double part) {
        network.lose(1, part);
        network.lose(2, part);
        startBoth();
        cluster.nodes().forEach(each -> each.tell("pace PACED"));
        awaitMessagesBothWays();
        for (int node = 1; node <= 2; node++) {
            assertThat(cluster.node(node).since(0))
                    .as("links that went down")
                    .noneMatch(line -> line.startsWith("down"));
            assertThat(network.lost(node))
                    .as("datagrams lost on the way to %s", node)
                    .isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aPartitionOfBothWaysOrOneIsSeenOnBothSidesAndHeals(int onlyTo) {
        startBoth();
        cluster.nodes().forEach(each -> each.tell("pace FULL"));
        awaitMessagesBothWays();
        for (int round = 0; round < 2; round++) {
            int[] before = {0, cluster.node(1).mark(), cluster.node(2).mark()};
            for (int to = 1; to <= 2; to++) {
                if (onlyTo == 0 || onlyTo == to) {
                    network.block(to);
                }
            }
            for (int node = 1; node <= 2; node++) {
                cluster.node(node).await(before[node], "down " + (3 - node));
            }
            Watched[] watched = watch(WATCH_MS);
            for (Stream stream : Stream.ofMembers()) {
                assertThat(watched[1].messages(2, stream) + watched[2].messages(1, stream))
                        .as("%s", stream)
                        .isZero();
            }
            network.heal(1);
            network.heal(2);
            for (int node = 1; node <= 2; node++) {
                cluster.node(node).await(before[node], "up " + (3 - node) + " 1 0");
            }
            awaitMessagesBothWays();
        }
    }

    @Test
    void aShortPartitionIsRepairedUnseen() {
        startBoth();
        cluster.nodes().forEach(each -> each.tell("pace FULL"));
        awaitMessagesBothWays();
        network.block(1);
        network.block(2);
        watch(500);
        assertThat(network.lost(1) + network.lost(2)).isPositive();
        network.heal(1);
        network.heal(2);
        Watched[] watched = watch(WATCH_MS);
        for (Stream stream : Stream.ofMembers()) {
            assertThat(watched[1].messages(2, stream)).as("%s to 1", stream).isPositive();
            assertThat(watched[2].messages(1, stream)).as("%s to 2", stream).isPositive();
        }
        for (int node = 1; node <= 2; node++) {
            assertThat(cluster.node(node).since(0))
                    .as("links that went down")
                    .noneMatch(line -> line.startsWith("down"));
        }
    }

    private void awaitMessagesBothWays() {
        cluster.node(1).awaitMessages(2, MESSAGES);
        cluster.node(2).awaitMessages(1, MESSAGES);
    }

    /** Has both watch at once, and waits until they have. */
    private Watched[] watch(int ms) {
        int[] from = {0, cluster.node(1).mark(), cluster.node(2).mark()};
        cluster.nodes().forEach(each -> each.tell("watch " + ms));
        return new Watched[] {
            null,
            new Watched(cluster.node(1).await(from[1], "watched")),
            new Watched(cluster.node(2).await(from[2], "watched"))
        };
    }
}
