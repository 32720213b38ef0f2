package dev.lockstep.transport.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node that is killed and started again, again and again, at the same address. */
final class KilledNodeTest {
    private static final int KILLS = Integer.getInteger("lockstep.links.kills", 100);

    private static final int PREPARED = 2;
    private static final int MESSAGES = 20;

    @Test
    void eachStartOfAPeerIsSeenOnceAndNothingIsLeftOfTheOnesBefore() {
        try (ProcessCluster cluster = ProcessCluster.onLoopback(2)) {
            cluster.startAll();
            NodeProcess survivor = cluster.node(1);
            cluster.nodes().forEach(each -> each.tell("pace PACED"));
            // A process takes longer to start than everything else here: the next ones start meanwhile.
            ArrayDeque<NodeProcess> next = new ArrayDeque<>();
            for (int start = 2; start <= KILLS + 1; start++) {
                while (next.size() < PREPARED && start + next.size() <= KILLS + 1) {
                    next.add(cluster.prepare(2));
                }
                int before = survivor.mark();
                cluster.node(2).kill();
                NodeProcess peer = next.remove();
                peer.await(0, "ready");
                cluster.open(2, peer, start).await(0, "up 1 1 0");
                peer.tell("pace PACED");
                survivor.await(before, "up 2");
                survivor.awaitMessages(2, MESSAGES);
                peer.awaitMessages(1, MESSAGES);
                List<String> seen = survivor.since(before);
                assertThat(seen.get(0)).startsWith("down 2");
                assertThat(seen.subList(1, seen.size())).containsExactly("up 2 " + start + " 0", "heard 2 " + MESSAGES);
            }
            cluster.check();
            assertThat(cluster.leftInSharedMemory())
                    .as("directories and locks of the two that live")
                    .isEqualTo(4);
        }
    }

    @Test
    void aPeerThatStaysDeadIsGoneAndComesBack() {
        try (ProcessCluster cluster = ProcessCluster.onLoopback(2)) {
            cluster.startAll();
            NodeProcess survivor = cluster.node(1);
            cluster.nodes().forEach(each -> each.tell("pace FULL"));
            for (int start = 2; start <= 3; start++) {
                NodeProcess next = cluster.prepare(2);
                int before = survivor.mark();
                cluster.node(2).kill();
                survivor.await(before, "down 2 PEER_GONE");
                cluster.open(2, next, start).await(0, "up 1 1 0");
                next.tell("pace FULL");
                survivor.awaitMessages(2, MESSAGES);
                next.awaitMessages(1, MESSAGES);
                assertThat(survivor.since(before))
                        .containsExactly("down 2 PEER_GONE", "up 2 " + start + " 0", "heard 2 " + MESSAGES);
            }
            cluster.check();
            assertThat(cluster.leftInSharedMemory()).isEqualTo(4);
        }
    }

    /** What the old one sent last is still on its way to the survivor when the new one is there. */
    @Test
    void nothingOfTheOldStartIsDeliveredAfterTheNewOneIsThere() {
        try (ProcessCluster cluster = ProcessCluster.onLoopback(2)) {
            cluster.startAll();
            NodeProcess survivor = cluster.node(1);
            cluster.nodes().forEach(each -> each.tell("pace FULL"));
            for (int start = 2; start <= 6; start++) {
                NodeProcess next = cluster.prepare(2);
                next.await(0, "ready");
                survivor.awaitMessages(2, MESSAGES);
                int before = survivor.mark();
                survivor.stop();
                cluster.node(2).kill();
                cluster.open(2, next, start).await(0, "opened");
                survivor.goOn();
                next.await(0, "up 1 1 0");
                next.tell("pace FULL");
                survivor.await(before, "up 2");
                survivor.awaitMessages(2, MESSAGES);
                next.awaitMessages(1, MESSAGES);
                assertThat(survivor.since(before).get(0)).startsWith("down 2");
                assertThat(survivor.since(before).get(1)).isEqualTo("up 2 " + start + " 0");
            }
            cluster.check();
        }
    }
}
