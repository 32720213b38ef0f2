package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Recorder;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.link.Links;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names are asked for again while nobody answers: a peer that is started elsewhere is found there. */
final class MovedPeerTest {
    private static final long PATIENCE_NS = 30_000_000_000L;
    private static final int PORT = Ports.freeRow();
    private static final Peer ONE = new Peer(1, "127.0.0.1", Ports.freeRow());

    @TempDir
    private Path shared;

    /** Where the name leads; null while nobody knows it. */
    private volatile String home;

    private InetAddress lookUp(String host) throws UnknownHostException {
        if (host.equals("two.test") && home == null) {
            throw new UnknownHostException(host);
        }
        return InetAddress.getByName(host.equals("two.test") ? home : host);
    }

    private Transport start(Peer self, Peer other) {
        TransportSettings settings = TransportSettings.of(self).withDirectories(null, shared);
        SplittableRandom nonces = new SplittableRandom();
        Hello hello = new Hello(7, 0, 1, self.node(), 100 + self.node(), new Incarnation(System.nanoTime(), 0));
        Links links = new Links(
                AeronWire.open(
                        settings, 1, new Environment(SystemNanoClock.INSTANCE, this::lookUp, DatagramFilter.ALL)),
                hello,
                1 << 20,
                0,
                SystemNanoClock.INSTANCE,
                nonces::nextLong);
        links.add(other);
        return links;
    }

    private static void until(BooleanSupplier condition, Transport... transports) {
        Recorder recorder = new Recorder();
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean() && System.nanoTime() - deadlineNs < 0) {
            for (Transport each : transports) {
                each.invoke();
                each.poll(recorder, 10);
            }
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void aPeerIsFoundWhenItsNameIsKnownAndWhereverItMoves() {
        try (Transport one = start(ONE, new Peer(2, "two.test", PORT))) {
            for (String place : List.of("127.0.0.1", "127.0.0.2", "127.0.0.3")) {
                until(() -> !one.isUp(2), one);
                try (Transport two = start(new Peer(2, place, PORT), ONE)) {
                    home = place;
                    until(() -> one.isUp(2) && two.isUp(1), one, two);
                }
            }
            until(() -> !one.isUp(2), one);
            home = null; // nobody answers for the name: where it was last is as good as anything
            try (Transport two = start(new Peer(2, "127.0.0.3", PORT), ONE)) {
                until(() -> one.isUp(2) && two.isUp(1), one, two);
            }
        }
    }
}
