package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lockstep.transport.Peer;
import dev.lockstep.transport.TransportSettings;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the kernel drops because nobody takes it is counted. */
final class KernelDropsTest {
    private static final int MOST_DATAGRAMS = 100_000;

    @TempDir
    private Path shared;

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 0", "127.0.0.1, 1", "::1, 0", "::1, 1"})
    void datagramsThatNobodyTakesAreCounted(String host, int which) throws IOException {
        assumeThat(Files.isReadable(Path.of("/proc/net/udp")))
                .as("only Linux tells of each socket")
                .isTrue();
        Peer self = new Peer(1, host, Ports.freeRow());
        AeronWire wire = AeronWire.open(TransportSettings.of(self).withDirectories(null, shared), 1);
        try (DatagramSocket flood = new DatagramSocket()) {
            assertThat(wire.counters().kernelDrops()).isZero();
            DatagramPacket packet =
                    new DatagramPacket(new byte[1000], 1000, InetAddress.getByName(host), self.port() + which);
            for (int i = 0;
                    i < MOST_DATAGRAMS && (i % 1000 != 0 || wire.counters().kernelDrops() == 0);
                    i++) {
                flood.send(packet);
            }
            assertThat(wire.counters().kernelDrops()).isPositive();
        } finally {
            wire.close();
        }
    }

    @Test
    void aClientListensNowhere() {
        AeronWire wire = AeronWire.open(TransportSettings.ofClient().withDirectories(null, shared), 1);
        assertThat(wire.counters().kernelDrops()).isEqualTo(-1);
        wire.close();
    }
}
