package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Peer;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.link.Outbound;
import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places are kept for a peer from the moment that it is one, wherever its address is written in numbers. */
final class ExpectedPeersTest {
    @TempDir
    private Path shared;

    @Test
    void aPeerHasItsPlacesAtOnceAndNoLongerThanItIsOne() {
        InetAddress there = ExpectedPeers.ofLiteral("127.0.0.9");
        TransportSettings settings =
                TransportSettings.of(new Peer(1, "127.0.0.1", Ports.freeRow())).withDirectories(null, shared);
        AeronWire wire = AeronWire.open(settings, 2);
        try {
            assertThat(wire.expectedAt(there)).isZero();
            Outbound one = wire.connect(new Peer(2, "127.0.0.9", 9000));
            assertThat(wire.expectedAt(there)).isEqualTo(1);
            Outbound other = wire.connect(new Peer(3, "127.0.0.9", 9010));
            assertThat(wire.expectedAt(there)).isEqualTo(2);
            one.close();
            other.close();
            assertThat(wire.expectedAt(there)).isZero();
        } finally {
            wire.close();
        }
    }
}
