package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Recorder;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when Aeron gives up on a node that lives, as it does after a pause of ten seconds. */
final class LostHostTest {
    private static final long PATIENCE_NS = 30_000_000_000L;

    @TempDir
    private Path shared;

    private final AeronTestNetwork network = new AeronTestNetwork(settings -> settings.withDirectories(
            null,
            shared.resolve(
                    settings.self() == null ? "client" : "" + settings.self().node())));
    private final Recorder ones = new Recorder();
    private final Recorder twos = new Recorder();
    private Transport one;
    private Transport two;

    private static Hello hello(int node) {
        return new Hello(7, 0, 1, node, 100 + node, new Incarnation(1, 0));
    }

    @BeforeEach
    void link() throws IOException {
        Files.createDirectory(shared.resolve("1"));
        Files.createDirectory(shared.resolve("2"));
        one = network.start(hello(1), 1 << 20, List.of(2));
        two = network.start(hello(2), 1 << 20, List.of(1));
        until(() -> one.isUp(2) && two.isUp(1));
        ones.clear();
        twos.clear();
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private void until(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean() && System.nanoTime() - deadlineNs < 0) {
            one.invoke();
            one.poll(ones, 10);
            two.invoke();
            two.poll(twos, 10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void theNodeComesBackAsANewGenerationOfItself() {
        network.wire(1).giveUpByAeron();
        until(() -> ones.events(2).contains("up") && twos.events(1).contains("up"));
        assertThat(ones.events(2)).containsExactly("down RESTARTED", "up");
        assertThat(twos.events(1)).containsExactly("down PEER_RESTARTED", "up");
        assertThat(twos.hello(1).incarnation()).isEqualTo(new Incarnation(1, 1));
        assertThat(ones.troubles()).isEmpty();
    }

    @Test
    void whatStandsInTheWayIsToldOnceAndTriedAgain() throws IOException {
        Path away = Files.move(shared.resolve("1"), shared.resolve("away"));
        network.wire(1).giveUpByAeron();
        until(() -> !ones.troubles().isEmpty());
        assertThat(ones.troubles()).singleElement().asString().contains("shared memory");
        assertThat(one.offer(2, Stream.LOG, new UnsafeBuffer(new byte[8]), 0, 8))
                .isEqualTo(SendResult.NOT_CONNECTED);
        one.add(network.peer(3));
        one.remove(3);

        int port = network.peer(1).port();
        try (DatagramSocket taken = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            Files.move(away, shared.resolve("1"));
            until(() -> ones.troubles().size() > 1);
            assertThat(ones.troubles()).hasSize(2).last().asString().contains("another process has that port");
            long later = System.nanoTime() + 3_000_000_000L;
            until(() -> System.nanoTime() - later > 0);
            assertThat(ones.troubles()).hasSize(2);
            assertThat(shared.resolve("1")).as("what failed launches leave").isEmptyDirectory();
        }
        until(() -> one.isUp(2) && two.isUp(1));
        assertThat(twos.hello(1).incarnation()).isEqualTo(new Incarnation(1, 1));
        until(() -> one.offer(2, Stream.LOG, new UnsafeBuffer(new byte[8]), 0, 8) >= 0);
        until(() -> !twos.messages(1, Stream.LOG).isEmpty());
    }

    @Test
    void aNodeThatComesBackLetsItsClientsInAgain() throws IOException {
        Files.createDirectory(shared.resolve("client"));
        Recorder clients = new Recorder();
        try (Transport client = network.startClient(Hello.ofClient(7, 77), -1, List.of(1))) {
            BooleanSupplier isUp = () -> {
                client.invoke();
                client.poll(clients, 10);
                return client.isUp(1);
            };
            until(isUp);
            network.wire(1).giveUpByAeron();
            until(() -> {
                boolean up = isUp.getAsBoolean();
                return clients.events(1).size() >= 3 && up;
            });
            assertThat(clients.events(1)).startsWith("up").endsWith("up");
        }
    }

    /** Longer than Aeron bears; its client ends in two steps then. */
    @Test
    void afterALongPauseAllComeBackAndNobodyThrows() throws IOException {
        Files.createDirectory(shared.resolve("client"));
        Recorder clients = new Recorder();
        try (Transport client = network.startClient(Hello.ofClient(7, 77), -1, List.of(1))) {
            BooleanSupplier isUp = () -> {
                client.invoke();
                client.poll(clients, 10);
                return client.isUp(1);
            };
            until(isUp);
            for (int i = 1; i <= 2; i++) {
                network.pauseAll(11_000_000_000L);
                int pauses = i;
                until(() -> {
                    boolean up = isUp.getAsBoolean();
                    return up
                            && one.isUp(2)
                            && two.isUp(1)
                            && twos.hello(1).incarnation().generation() == pauses
                            && ones.hello(2).incarnation().generation() == pauses;
                });
            }
        }
    }

    /** Aeron's invokers stop for good then. */
    @Test
    void anInterruptOfTheThreadIsBorne() {
        Thread.currentThread().interrupt();
        long later = System.nanoTime() + 1_000_000_000L;
        until(() -> System.nanoTime() - later > 0);
        assertThat(Thread.interrupted()).isTrue();
        until(() -> one.isUp(2) && two.isUp(1) && ones.events(2).contains("up"));
        assertThat(ones.events(2)).startsWith("down RESTARTED").endsWith("up");
    }
}
