package dev.lockstep.transport.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Recorder;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.Transports;
import dev.lockstep.transport.aeron.Ports;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What processes keep in shared memory, and take from each other there. */
final class DirectoriesOfProcessesTest {
    private static final int STARTED_AT_ONCE = 4;
    private static final int ROUNDS = 3;

    @Test
    void aProcessThatStartsTakesNothingFromOneThatHasTwoTransports() {
        Peer two = new Peer(2, "127.0.0.1", Ports.freeRow());
        Peer three = new Peer(3, "127.0.0.1", Ports.freeRow());
        try (ProcessCluster cluster = ProcessCluster.onLoopback(1);
                Transport first = open(cluster, two, three);
                Transport second = open(cluster, three, two)) {
            assertThat(cluster.leftInSharedMemory()).isEqualTo(4);
            NodeProcess another = cluster.prepare(1);
            cluster.open(1, another, 1).await(0, "opened");
            assertThat(cluster.leftInSharedMemory())
                    .as("directories and locks of all three")
                    .isEqualTo(6);
            Recorder recorder = new Recorder();
            long deadlineNs = System.nanoTime() + NodeProcess.PATIENCE_NS;
            while (!(first.isUp(3) && second.isUp(2)) && System.nanoTime() - deadlineNs < 0) {
                for (Transport each : List.of(first, second)) {
                    each.invoke();
                    each.poll(recorder, 10);
                }
            }
            assertThat(first.isUp(3) && second.isUp(2)).as("they work on").isTrue();
        }
    }

    private static Transport open(ProcessCluster cluster, Peer self, Peer other) {
        TransportSettings settings = TransportSettings.of(self).withDirectories(null, cluster.sharedMemory());
        int node = self.node();
        return Transports.open(settings, new Hello(1, 0, 1, node, node, new Incarnation(1, 0)), List.of(other));
    }

    @Test
    void nodesThatDiedTogetherStartTogether() {
        try (ProcessCluster cluster = ProcessCluster.onLoopback(STARTED_AT_ONCE)) {
            for (int start = 1; start <= ROUNDS; start++) {
                List<NodeProcess> prepared = new ArrayList<>();
                for (int node = 1; node <= STARTED_AT_ONCE; node++) {
                    prepared.add(cluster.prepare(node));
                }
                prepared.forEach(each -> each.await(0, "ready"));
                for (int node = 1; node <= STARTED_AT_ONCE; node++) {
                    cluster.open(node, prepared.get(node - 1), start);
                }
                prepared.forEach(each -> each.await(0, "opened"));
                assertThat(cluster.leftInSharedMemory()).isEqualTo(2 * STARTED_AT_ONCE);
                prepared.forEach(NodeProcess::kill);
            }
            cluster.check();
        }
    }
}
