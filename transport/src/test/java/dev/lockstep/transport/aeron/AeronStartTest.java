package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.transport.Driver;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Recorder;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportException;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.Transports;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a transport starts with, and what it says when it cannot. */
final class AeronStartTest {
    private static final long PATIENCE_NS = 30_000_000_000L;

    @TempDir
    private Path shared;

    private static Hello hello(int node) {
        return new Hello(7, 0, 1, node, 100 + node, new Incarnation(1, 0));
    }

    private TransportSettings settings(Peer self) {
        return TransportSettings.of(self).withDirectories(null, shared);
    }

    private static void until(BooleanSupplier condition, Runnable turn) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean() && System.nanoTime() - deadlineNs < 0) {
            turn.run();
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private static void until(BooleanSupplier condition, Transport... transports) {
        Recorder recorder = new Recorder();
        until(condition, () -> {
            for (Transport each : transports) {
                each.invoke();
                each.poll(recorder, 10);
            }
        });
    }

    private void assertThatTheyLink(TransportSettings one, TransportSettings other) {
        try (Transport a = Transports.open(one, hello(1), List.of(other.self()));
                Transport b = Transports.open(other, hello(2), List.of(one.self()))) {
            until(() -> a.isUp(2) && b.isUp(1), a, b);
            UnsafeBuffer message = new UnsafeBuffer(new byte[100]);
            until(() -> a.offer(2, Stream.LOG, message, 0, 100) >= 0, a, b);
            until(() -> b.counters(1).received() > 0, a, b);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aPortInUseIsAnImmediateClearError(int which) throws IOException {
        int port = Ports.freeRow();
        try (DatagramSocket taken = new DatagramSocket(port + which, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            TransportSettings withClients =
                    settings(new Peer(1, "127.0.0.1", port)).withMaxClients(1);
            assertThatThrownBy(() -> Transports.open(withClients, hello(1), List.of()))
                    .isInstanceOf(TransportException.PortInUse.class)
                    .hasMessageContaining("127.0.0.1:" + (port + which))
                    .hasMessageContaining("another process")
                    .hasMessageContaining("needs " + port + " to " + (port + 2));
        }
        assertThat(shared).as("what is left in shared memory").isEmptyDirectory();
        Transports.open(settings(new Peer(1, "127.0.0.1", port)), hello(1), List.of())
                .close();
    }

    @Test
    void twoNodesOnOneMachineHaveTheirOwnDirectoriesAndLeaveNone() throws IOException {
        assertThatTheyLink(
                settings(new Peer(1, "127.0.0.1", Ports.freeRow())),
                settings(new Peer(2, "127.0.0.1", Ports.freeRow())));
        assertThat(shared).isEmptyDirectory();
    }

    @Test
    void hostNamesWork() {
        assertThatTheyLink(
                settings(new Peer(1, "localhost", Ports.freeRow())),
                settings(new Peer(2, "localhost", Ports.freeRow())));
    }

    @Test
    void ipv6Works() {
        assertThatTheyLink(
                settings(Peer.parse(1, "[::1]:" + Ports.freeRow())), settings(new Peer(2, "::1", Ports.freeRow())));
    }

    @Test
    void theDriverMayHaveAThreadOfItsOwn() {
        assertThatTheyLink(
                settings(new Peer(1, "127.0.0.1", Ports.freeRow())).withDriver(Driver.OWN_THREAD, null),
                settings(new Peer(2, "127.0.0.1", Ports.freeRow())).withDriver(Driver.OWN_THREAD, null));
    }

    @Test
    void theDriverMayBeAnother() {
        MediaDriver.Context context = new MediaDriver.Context()
                .aeronDirectoryName(shared.resolve("external").toString())
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED);
        try (MediaDriver driver = MediaDriver.launch(context)) {
            Path directory = Path.of(driver.aeronDirectoryName());
            assertThatTheyLink(
                    settings(new Peer(1, "127.0.0.1", Ports.freeRow())).withDriver(Driver.EXTERNAL, directory),
                    settings(new Peer(2, "127.0.0.1", Ports.freeRow())).withDriver(Driver.EXTERNAL, directory));
        }
    }

    @Test
    void withoutTheExternalDriverItSaysSo() {
        TransportSettings settings = settings(new Peer(1, "127.0.0.1", Ports.freeRow()))
                .withDriver(Driver.EXTERNAL, shared.resolve("nobody"));
        assertThatThrownBy(() -> Transports.open(settings, hello(1), List.of()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("no media driver")
                .hasMessageContaining(shared.resolve("nobody").toString());
    }

    @Test
    void aHostThatNobodyKnowsIsReportedForThisNodeAndAwaitedForOthers() {
        assertThatThrownBy(() -> Transports.open(settings(new Peer(1, "nowhere.invalid", 9000)), hello(1), List.of()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("nowhere.invalid");
        Peer self = new Peer(1, "127.0.0.1", Ports.freeRow());
        try (Transport transport =
                Transports.open(settings(self), hello(1), List.of(new Peer(2, "nowhere.invalid", 9000)))) {
            Recorder recorder = new Recorder();
            until(() -> recorder.troubles().stream().anyMatch(each -> each.contains("host nowhere.invalid")), () -> {
                transport.invoke();
                transport.poll(recorder, 10);
            });
            assertThat(transport.offer(2, Stream.LOG, new UnsafeBuffer(new byte[8]), 0, 8))
                    .isEqualTo(SendResult.NOT_CONNECTED);
        }
    }

    @Test
    void settingsThatCannotBeAreReportedAllAtOnce() {
        assertThatThrownBy(() -> new TransportSettings(
                        new Peer(1, "127.0.0.1", 9000),
                        Driver.EXTERNAL,
                        null,
                        shared,
                        7,
                        0,
                        -1,
                        new TransportSettings.Terms(1, 2 << 20, 3, 1 << 20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mtuBytes")
                .hasMessageContaining("maxMessageBytes")
                .hasMessageContaining("maxClients")
                .hasMessageContaining("CONTROL")
                .hasMessageContaining("BULK")
                .hasMessageContaining("directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "host:", ":9000", "host:x", "::1:9000", "host:0", "host:65535", "host:-1"})
    void anAddressThatIsWrittenWrongIsReported(String address) {
        assertThatThrownBy(() -> Peer.parse(3, address))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node 3");
    }

    @Test
    void addressesAreReadAsTheyAreWritten() {
        assertThat(Peer.parse(1, "10.0.0.1:9000")).isEqualTo(new Peer(1, "10.0.0.1", 9000));
        assertThat(Peer.parse(1, "[fe80::1]:9000").host()).isEqualTo("fe80::1");
        assertThat(Peer.parse(1, "[fe80::1]:9000").address()).isEqualTo("[fe80::1]:9000");
    }
}
