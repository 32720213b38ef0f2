package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.transport.Commands;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Recorder;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportException;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.TransportSettings.Terms;
import dev.lockstep.transport.Transports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much shared memory links take, and what happens where there is little. */
final class SharedMemoryTest {
    private static final long PATIENCE_NS = 30_000_000_000L;
    private static final int NODES = 5;
    private static final long MAX_IDLE_KIB = 64 << 10;
    private static final Terms SMALLEST = new Terms(64 << 10, 64 << 10, 64 << 10, 64 << 10);

    @TempDir
    private Path temporary;

    private final List<Transport> transports = new ArrayList<>();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void closeAll() {
        transports.forEach(Transport::close);
    }

    private void until(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean() && System.nanoTime() - deadlineNs < 0) {
            for (Transport each : transports) {
                each.invoke();
                each.poll(recorder, 10);
            }
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private static Hello hello(int node) {
        return new Hello(7, 0, 1, node, 100 + node, new Incarnation(1, 0));
    }

    @Test
    void anIdleNodeOfFiveTakesLessThanSixtyFourMegabytes() throws Exception {
        List<Peer> peers = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            peers.add(new Peer(node, "127.0.0.1", Ports.freeRow()));
        }
        for (Peer self : peers) {
            Path shared = Files.createDirectory(temporary.resolve("node" + self.node()));
            List<Peer> others =
                    peers.stream().filter(each -> !each.equals(self)).toList();
            transports.add(Transports.open(
                    TransportSettings.of(self).withDirectories(null, shared), hello(self.node()), others));
        }
        for (int a = 0; a < NODES; a++) {
            for (int b = 0; b < NODES; b++) {
                int from = a;
                int to = b;
                until(() -> from == to || transports.get(from).isUp(to));
            }
        }
        for (int node = 0; node < NODES; node++) {
            String used =
                    Commands.run("du", "-sk", temporary.resolve("node" + node).toString());
            assertThat(Long.parseLong(used.substring(0, used.indexOf('\t')))).isLessThan(MAX_IDLE_KIB);
        }
    }

    @Test
    void sixteenMegabytesAreTooLittleForTheUsualTermsAndEnoughForTheSmallest() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may mount a file system");
        Path mounted = Files.createDirectory(temporary.resolve("mounted"));
        Commands.run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", mounted.toString());
        try {
            Peer one = new Peer(1, "127.0.0.1", Ports.freeRow());
            Peer other = new Peer(2, "127.0.0.1", Ports.freeRow());
            TransportSettings usual = TransportSettings.of(one).withDirectories(null, mounted);
            assertThatThrownBy(() -> Transports.open(usual, hello(1), List.of(other)))
                    .isInstanceOf(TransportException.NoRoom.class)
                    .hasMessageContaining("16 MiB");
            Path data = temporary.resolve("data");
            Transports.open(usual.withDirectories(data, mounted), hello(1), List.of(other))
                    .close();
            assertThat(data).exists();

            transports.add(Transports.open(usual.withTerms(SMALLEST), hello(1), List.of(other)));
            transports.add(Transports.open(
                    TransportSettings.of(other).withDirectories(null, temporary).withTerms(SMALLEST),
                    hello(2),
                    List.of(one)));
            until(() -> transports.get(0).isUp(2) && transports.get(1).isUp(1));
            fillEveryTerm();
        } finally {
            closeAll();
            transports.clear();
            Commands.run("umount", mounted.toString());
        }
    }

    /** What was promised to be there is there, in every page of every term. */
    private void fillEveryTerm() {
        UnsafeBuffer message = new UnsafeBuffer(new byte[4096]);
        for (Stream stream : Stream.ofMembers()) {
            for (int i = 0; i < 100; i++) {
                for (int from = 0; from < 2; from++) {
                    long result = SendResult.BACK_PRESSURED;
                    while (result == SendResult.BACK_PRESSURED) {
                        result = transports.get(from).offer(2 - from, stream, message, 0, message.capacity());
                        transports.forEach(each -> {
                            each.invoke();
                            each.poll(recorder, 10);
                        });
                    }
                    assertThat(result).as(SendResult.describe(result)).isNotNegative();
                }
            }
        }
        until(() -> transports.get(0).counters(2).received()
                        + transports.get(1).counters(1).received()
                == 2L * 100 * Stream.ofMembers().size());
    }
}
