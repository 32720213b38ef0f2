package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.TransportSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Somebody knows all of the live streams from one node to another, and sends what should come next, before it comes: from
 * another source than theirs it is worth nothing.
 */
final class ForgedFramesTest {
    private static final int SMALL = Frames.TERM_BYTES;
    private static final int ROUNDS = 300;
    private static final int AHEAD = 4096;

    @TempDir
    private Path temporary;

    private BusyPair pair;
    private List<LiveStream> streams;

    @BeforeEach
    void open() {
        pair = new BusyPair(settings -> settings.withTerms(new TransportSettings.Terms(SMALL, SMALL, SMALL, SMALL))
                .withDirectories(null, place(settings.self().node())));
        pair.untilLinked();
        pair.untilDelivered(20);
        streams =
                new DriverMemory(place(2)).sent().stream().map(LiveStream::new).toList();
        assertThat(streams).hasSize(3);
    }

    private Path place(int node) {
        try {
            return Files.createDirectories(temporary.resolve("node" + node));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() {
        CloseHelper.closeAll(streams);
        pair.close();
    }

    private static byte[] message() {
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[32]);
        bytes.putLong(0, -1); // no node of the pair sends that number
        return bytes.byteArray();
    }

    private static List<byte[]> forgedNext(LiveStream live) {
        int next = live.termOffset;
        return List.of(
                Frames.data(live.stream, live.session, next, message()),
                Frames.data(live.stream, live.session, next + AHEAD, message()),
                Frames.heartbeat(live.stream, live.session, next + AHEAD),
                Frames.ending(Frames.heartbeat(live.stream, live.session, next)),
                Frames.padding(live.stream, live.session, next, live.bytesLeft()));
    }

    private void forge(Attacker attacker, LiveStream live) {
        live.look();
        int port = pair.one.port() + StreamIds.portOffset(live.stream);
        if (live.bytesLeft() > 2 * AHEAD) {
            for (byte[] each : forgedNext(live)) {
                attacker.send(Frames.of(live.termId, live.tag, each), port);
            }
        }
        byte[] setup = Frames.setup(live.stream, live.session);
        attacker.send(Frames.ofTerms(live.initialTermId, live.termId + 1, setup), port);
        attacker.answer();
    }

    /** @param from the address of the node that sends, and another */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2"})
    void whatAnotherSourceSendsForALiveStreamIsDroppedAndTheLinkStaysUpAndInOrder(String from) throws IOException {
        long strange = pair.one.wire().counters().strange();
        try (Attacker attacker = new Attacker(from, 0)) {
            for (int i = 0; i < ROUNDS; i++) {
                streams.forEach(each -> forge(attacker, each));
                pair.turn();
            }
            pair.until("all are dropped", () -> pair.one.wire().counters().strange() - strange >= attacker.sent);
            assertThat(attacker.sent).isGreaterThan(2L * ROUNDS * streams.size());
        }
        pair.untilDelivered(50);
        pair.assertUnharmed();
    }
}
