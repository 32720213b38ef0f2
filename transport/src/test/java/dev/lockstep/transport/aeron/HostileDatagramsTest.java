package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TransportSettings;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.SetupFlyweight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes serve each other, whatever somebody else sends to their ports meanwhile. */
final class HostileDatagramsTest {
    private static final int SMALL = Frames.TERM_BYTES;
    /** Our own address, on which nobody is expected. */
    private static final String ELSEWHERE = "127.0.0.2";

    private static final String AS_THE_PEER = "127.0.0.1";

    private final Random random = new Random(23);
    private BusyPair pair;

    @BeforeEach
    void open() {
        pair = new BusyPair(settings -> settings.withTerms(new TransportSettings.Terms(SMALL, SMALL, SMALL, SMALL)));
        pair.untilLinked();
        pair.untilDelivered(20);
    }

    @AfterEach
    void close() {
        pair.close();
    }

    private void toBothPorts(Attacker attacker, byte[] bytes) {
        attacker.send(bytes, pair.one.port());
        attacker.send(bytes, pair.one.port() + 1);
    }

    private long dropped() {
        return pair.one.wire().counters().malformed()
                + pair.one.wire().counters().strange();
    }

    @Test
    void randomBytesOfEveryLengthHarmNothing() throws IOException {
        long before = dropped();
        try (Attacker attacker = new Attacker(AS_THE_PEER, 0)) {
            for (int length = 0; length <= 2000; length++) {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                toBothPorts(attacker, bytes);
                if (length > 8) {
                    bytes[4] = 0;
                    bytes[6] = (byte) (length % 12);
                    bytes[7] = 0;
                    toBothPorts(attacker, bytes);
                }
                pair.turn();
            }
            pair.untilDelivered(50);
            pair.until("all dropped", () -> dropped() - before >= attacker.sent);
        }
        pair.assertUnharmed();
    }

    @Test
    void everyKindOfFrameCutAndTurnedHarmsNothing() throws IOException {
        List<byte[]> frames = new ArrayList<>();
        for (Stream stream : Stream.ofMembers()) {
            int session = session(stream);
            frames.add(Frames.setup(stream, session));
            frames.add(Frames.data(stream, session, 64, new byte[8]));
            frames.add(Frames.heartbeat(stream, session, 64));
            frames.add(Frames.padding(stream, session, 64, 64));
            frames.add(Frames.status(stream, session, 5, 64, 1000, 0));
            frames.add(Frames.nak(stream, session, 5, 64, 320));
            frames.add(Frames.rtt(stream, session, 5, RttMeasurementFlyweight.REPLY_FLAG));
            frames.add(Frames.error(stream, session, "no"));
        }
        try (Attacker attacker = new Attacker(AS_THE_PEER, 0)) {
            for (byte[] frame : frames) {
                for (int bit = 0; bit < frame.length * 8; bit++) {
                    toBothPorts(attacker, Frames.turned(frame, bit));
                    toBothPorts(attacker, Frames.cut(frame, bit / 8));
                    pair.turn();
                }
            }
        }
        pair.untilDelivered(50);
        pair.assertUnharmed();
        assertThat(dropped()).isPositive();
    }

    /** @return a live session of the second node towards the first */
    private int session(Stream stream) {
        return pair.two.wire().outbounds().sessionTo(1, stream);
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_THE_PEER, ELSEWHERE})
    void nobodyCanTakeAPlaceWithoutAnsweringAndThePeersLinkAnew(String from) throws IOException {
        try (Attacker attacker = new Attacker(from, 0)) {
            for (int restart = 0; restart < 2; restart++) {
                for (int i = 0; i < 10_000; i++) {
                    Stream stream = Stream.of(i % Stream.ofMembers().size());
                    attacker.send(Frames.setup(stream, random.nextInt()), portOf(stream));
                    attacker.send(Frames.data(stream, random.nextInt(), 0, new byte[50]), portOf(stream));
                    pair.turn();
                }
                // those of the peer, and of the life before
                assertThat(pair.one.wire().imageCount())
                        .isLessThanOrEqualTo(2 * Stream.ofMembers().size());
                pair.restart(restart == 0 ? pair.two : pair.one);
                AtomicBoolean linked = new AtomicBoolean();
                pair.until("linked under fire", () -> {
                    attacker.send(Frames.setup(Stream.LOG, random.nextInt()), pair.one.port());
                    linked.compareAndSet(false, pair.isLinked());
                    return linked.get();
                });
            }
        }
        pair.untilDelivered(10);
        pair.assertNoErrors();
    }

    private int portOf(Stream stream) {
        return pair.one.port() + StreamIds.portOffset(stream);
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_THE_PEER, ELSEWHERE})
    void whoAnswersButSaysNoHelloGetsFewPlacesAndLosesThem(String from) throws IOException {
        try (Attacker attacker = new Attacker(from, 0)) {
            int most = Stream.ofMembers().size() * (1 + Sessions.PLACES_A_PEER + Sessions.PLACES_OF_OTHERS);
            pair.until("some are rejected", () -> {
                int session = random.nextInt(60);
                Stream stream = Stream.of(session % Stream.ofMembers().size());
                if (random.nextInt(8) == 0) { // a place is room in the socket too: more would be a flood
                    attacker.send(Frames.setup(stream, session), portOf(stream));
                    attacker.send(Frames.data(stream, session, 0, new byte[80]), portOf(stream));
                }
                attacker.answer();
                assertThat(pair.one.wire().imageCount()).isLessThanOrEqualTo(most);
                return pair.one.wire().counters().rejected() >= 6
                        && pair.one.wire().counters().crowdedOut() > 0;
            });
            pair.assertUnharmed();
        }
        pair.until(
                "they are gone",
                () -> pair.one.wire().imageCount() == Stream.ofMembers().size());
        pair.untilDelivered(10);
        pair.assertUnharmed();
    }

    @Test
    void whatASourceWithAPlaceSendsCannotBreakADriver() throws IOException {
        try (Attacker attacker = new Attacker(ELSEWHERE, 0)) {
            int session = 99;
            pair.until("it has a place", () -> {
                attacker.send(Frames.setup(Stream.LOG, session), pair.one.port());
                attacker.answer();
                return pair.one.wire().imageCount() > Stream.ofMembers().size();
            });
            for (byte[] frame : List.of(
                    Frames.data(Stream.LOG, session, 64, new byte[300]),
                    Frames.joined(
                            Frames.data(Stream.LOG, session, 0, new byte[32]),
                            Frames.data(Stream.LOG, session, 64, new byte[32])),
                    Frames.heartbeat(Stream.LOG, session, 640),
                    Frames.padding(Stream.LOG, session, 6400, 640),
                    Frames.setup(Stream.LOG, session))) {
                for (int bit = 0; bit < 80 * 8 && bit < frame.length * 8; bit++) {
                    attacker.send(Frames.turned(frame, bit), pair.one.port());
                    pair.turn();
                }
            }
            for (int i = 0; i < 5000; i++) {
                byte[] payload = new byte[random.nextInt(1300)];
                random.nextBytes(payload);
                attacker.send(
                        Frames.data(Stream.LOG, session, random.nextInt(SMALL / 32) * 32, payload), pair.one.port());
                pair.turn();
            }
        }
        pair.untilDelivered(10);
        pair.assertUnharmed();
    }

    @Test
    void aReceiverThatSaysWhatItLikesCannotBreakADriver() throws IOException {
        int port = Ports.freeRow();
        try (Attacker control = new Attacker(AS_THE_PEER, port)) {
            pair.one.transport.add(new Peer(3, "127.0.0.1", port));
            int[] rounds = new int[1];
            SetupFlyweight setup = new SetupFlyweight();
            pair.until("many frames were answered", () -> {
                control.reply(frame -> {
                    if (FrameDescriptor.frameType(frame, 0) == HeaderFlyweight.HDR_TYPE_SETUP) {
                        setup.wrap(copy(frame));
                    }
                    answerWithNonsense(control, setup, rounds[0]++);
                });
                return rounds[0] > 12;
            });
        }
        pair.untilDelivered(10);
        assertThat(pair.one.downs).isEmpty();
        assertThat(pair.two.downs).isEmpty();
        assertThat(pair.one.wire().errors()).allMatch(each -> each.contains("onPublicationError")); // it said "no"
    }

    private static UnsafeBuffer copy(UnsafeBuffer frame) {
        byte[] bytes = new byte[SetupFlyweight.HEADER_LENGTH];
        frame.getBytes(0, bytes);
        return new UnsafeBuffer(bytes);
    }

    private void answerWithNonsense(Attacker attacker, SetupFlyweight setup, int round) {
        Stream stream = StreamIds.streamOf(setup.streamId());
        int session = setup.sessionId();
        int term = setup.activeTermId();
        for (byte[] frame : List.of(
                Frames.status(stream, session, term, setup.termOffset(), 30_000, 0),
                Frames.nak(stream, session, term, 0, 6400),
                Frames.rtt(stream, session, 5, RttMeasurementFlyweight.REPLY_FLAG),
                Frames.error(stream, session, "no"),
                Frames.responseSetup(stream, session))) {
            for (int bit = round % 4; bit < frame.length * 8; bit += 4) {
                attacker.toLast(Frames.turned(frame, bit));
                attacker.toLast(Frames.cut(frame, bit / 8));
                pair.turn();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_THE_PEER, ELSEWHERE})
    void aFloodAsFastAsOneThreadCanLeavesTheLinkUp(String from) throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        try (Attacker attacker = new Attacker(from, 0)) {
            int[] ports = {pair.one.port(), pair.one.port() + 1};
            Thread flood = new Thread(() -> {
                byte[][] kinds = {
                    new byte[100], Frames.setup(Stream.LOG, 1), Frames.data(Stream.BULK, 2, 0, new byte[1000])
                };
                for (int i = 0; !isOver.get(); i++) {
                    attacker.send(kinds[i % kinds.length], ports[i & 1]);
                }
            });
            flood.start();
            try {
                long before = dropped();
                pair.until("many are dropped", () -> dropped() - before > 200_000);
                pair.untilDelivered(100);
            } finally {
                isOver.set(true);
                flood.join();
            }
        }
        pair.untilLinked();
        pair.untilDelivered(20);
        pair.assertUnharmed();
    }
}
