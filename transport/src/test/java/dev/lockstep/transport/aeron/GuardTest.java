package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TransportCounters;
import dev.lockstep.transport.TransportSettings;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.SetupFlyweight;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What guards let through to Aeron, datagram by datagram. */
final class GuardTest implements ReceiveGuard.Voice {
    private static final int SESSION = 4711;
    private static final int SMALL = Frames.TERM_BYTES;
    private static final InetSocketAddress PEER = at(1, 5000);

    private record Asked(InetSocketAddress source, int streamId, int sessionId, long number) {}

    private final List<Asked> asked = new ArrayList<>();
    private final List<InetSocketAddress> invited = new ArrayList<>();
    private final TransportCounters counters = new TransportCounters(() -> 0);
    private final ExpectedPeers peers = new ExpectedPeers();
    private final Misfits misfits = new Misfits();
    private final Random random = new Random(17);
    /** As in a driver: room for the longest datagram, with what earlier ones have left. */
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64 << 10]);

    private ReceiveGuard guard;
    private SendGuard sendGuard;
    private long nowNs;

    private static InetSocketAddress at(int lastByte, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) lastByte}), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @BeforeEach
    void open() {
        TransportSettings settings = TransportSettings.of(new Peer(1, "127.0.0.1", 9000))
                .withTerms(new TransportSettings.Terms(SMALL, SMALL, SMALL, SMALL));
        SocketLimits limits = new SocketLimits(1 << 20, 1 << 20);
        GuardRules rules = new GuardRules(settings, limits, DatagramFilter.ALL, peers, misfits, counters);
        random.nextBytes(buffer.byteArray());
        guard = new ReceiveGuard(rules, this, () -> nowNs);
        sendGuard = new SendGuard(rules);
        peers.set(List.of("10.0.0.1", "10.0.0.2"));
    }

    @Override
    public void ask(InetSocketAddress source, int streamId, int sessionId, long number) {
        asked.add(new Asked(source, streamId, sessionId, number));
    }

    @Override
    public void invite(InetSocketAddress source, int streamId, int sessionId) {
        invited.add(source);
    }

    private boolean receives(InetSocketAddress source, byte[] datagram) {
        buffer.putBytes(0, datagram);
        return guard.admits(buffer, datagram.length, source);
    }

    private boolean hears(byte[] datagram) {
        buffer.putBytes(0, datagram);
        return sendGuard.admits(buffer, datagram.length);
    }

    /** Does what a driver does. */
    private boolean settle(InetSocketAddress source, Stream stream, int session) {
        asked.clear();
        int before = invited.size();
        receives(source, Frames.setup(stream, session));
        assertThat(asked).hasSize(1);
        receives(source, Frames.rtt(stream, session, asked.get(0).number(), 0));
        return invited.size() > before;
    }

    @ParameterizedTest
    @EnumSource(Stream.class)
    void aSourceThatSendsTheNumberBackHasAPlace(Stream stream) {
        assertThat(receives(PEER, Frames.setup(stream, SESSION))).isFalse();
        assertThat(receives(PEER, Frames.data(stream, SESSION, 0, new byte[10])))
                .isFalse();
        assertThat(settle(PEER, stream, SESSION)).isTrue();
        assertThat(receives(PEER, Frames.setup(stream, SESSION))).isTrue();
        assertThat(receives(PEER, Frames.data(stream, SESSION, 0, new byte[10])))
                .isTrue();
        assertThat(receives(PEER, Frames.heartbeat(stream, SESSION, 64))).isTrue();
        assertThat(receives(PEER, Frames.padding(stream, SESSION, 64, SMALL - 64)))
                .isTrue();
        byte[] first = Frames.data(stream, SESSION, 64, new byte[40]);
        byte[] second = Frames.data(stream, SESSION, 64 + first.length, new byte[4]);
        assertThat(receives(PEER, Frames.joined(first, second))).isTrue();
    }

    @Test
    void aSourceThatDoesNotGetTheNumberHasNone() {
        receives(PEER, Frames.setup(Stream.LOG, SESSION));
        long number = asked.get(0).number();
        receives(at(1, 5001), Frames.rtt(Stream.LOG, SESSION, number, 0));
        receives(at(2, 5000), Frames.rtt(Stream.LOG, SESSION, number, 0));
        receives(PEER, Frames.rtt(Stream.LOG, SESSION + 1, number, 0));
        receives(PEER, Frames.rtt(Stream.CONTROL, SESSION, number, 0));
        receives(PEER, Frames.rtt(Stream.LOG, SESSION, number, RttMeasurementFlyweight.REPLY_FLAG));
        for (int bit = 0; bit < Long.SIZE; bit++) {
            receives(PEER, Frames.rtt(Stream.LOG, SESSION, number ^ 1L << bit, 0));
        }
        assertThat(invited).isEmpty();
        assertThat(guard.sessionCount()).isZero();
        assertThat(receives(PEER, Frames.setup(Stream.LOG, SESSION))).isFalse();
    }

    @Test
    void whatAnotherSourceSendsForALiveSessionIsDropped() {
        settle(PEER, Stream.LOG, SESSION);
        assertThat(receives(at(1, 5001), Frames.data(Stream.LOG, SESSION, 0, new byte[10])))
                .isFalse();
        assertThat(receives(at(9, 5000), Frames.heartbeat(Stream.LOG, SESSION, 0)))
                .isFalse();
        assertThat(receives(at(9, 5000), Frames.setup(Stream.LOG, SESSION))).isFalse();
        assertThat(receives(PEER, Frames.data(Stream.LOG, SESSION, 0, new byte[10])))
                .isTrue();
    }

    @Test
    void aFloodOfSetupsLeavesNothingBehindAndIsNotAnsweredWithAFlood() {
        for (int i = 0; i < 1_000_000; i++) {
            nowNs += 1000;
            receives(at(i % 3 + 1, i % 60000 + 1), Frames.setup(Stream.LOG, i));
            if (asked.size() > 100_000) {
                break;
            }
        }
        assertThat(guard.sessionCount()).isZero();
        assertThat(asked).hasSizeLessThan(25_000);
        assertThat(counters.strange()).isEqualTo(1_000_000);
        nowNs += 10_000_000;
        assertThat(settle(PEER, Stream.LOG, SESSION)).isTrue();
    }

    @Test
    void thoseWhoAreNotExpectedCannotUseUpTheQuestionsForThoseWhoAre() {
        for (int i = 0; i < 100_000; i++) {
            receives(at(9, i % 60000 + 1), Frames.setup(Stream.LOG, i));
        }
        asked.clear();
        assertThat(settle(PEER, Stream.LOG, SESSION)).isTrue();
    }

    @Test
    void sourcesThatTakeEveryPlaceTheyCanLeaveThoseOfPeers() {
        for (int i = 0; i < 500; i++) {
            nowNs += 1_000_000;
            settle(at(9, 1000 + i), Stream.LOG, i); // as from a machine that answers, and sends again and again
            settle(at(2, 1000 + i), Stream.LOG, 10_000 + i); // and from another peer's
        }
        int most = Sessions.PLACES_A_PEER + Sessions.PLACES_OF_OTHERS;
        assertThat(guard.sessionCount()).isEqualTo(most);
        assertThat(counters.crowdedOut()).isEqualTo(1000 - most);
        for (int i = 0; i < Sessions.PLACES_A_PEER; i++) {
            assertThat(settle(PEER, Stream.LOG, 20_000 + i)).isTrue();
        }
        assertThat(settle(PEER, Stream.LOG, 30_000)).isFalse();
        assertThat(settle(PEER, Stream.CONTROL, 30_000)).isTrue();
    }

    @Test
    void aPlaceIsFreeAgainWhenItsSourceIsSilent() {
        for (int i = 0; i < 20; i++) {
            settle(PEER, Stream.LOG, i);
        }
        assertThat(settle(PEER, Stream.LOG, 99)).isFalse();
        nowNs += Sessions.REMEMBERED_NS / 2;
        assertThat(receives(PEER, Frames.heartbeat(Stream.LOG, 0, 0))).isTrue();
        nowNs += Sessions.REMEMBERED_NS / 2 + 1;
        assertThat(settle(PEER, Stream.LOG, 99)).isTrue();
        assertThat(guard.sessionCount()).isEqualTo(2);
        assertThat(receives(PEER, Frames.heartbeat(Stream.LOG, 0, 0))).isTrue();
    }

    @Test
    void aSourceWhoseStreamWasRejectedLeavesTheLastPlacesToOthersForAWhile() {
        InetSocketAddress stranger = at(9, 1000);
        settle(stranger, Stream.LOG, 0);
        guard.onRejected(StreamIds.of(Stream.LOG), 0);
        nowNs += Sessions.REMEMBERED_NS;
        assertThat(receives(stranger, Frames.heartbeat(Stream.LOG, 0, 0))).isFalse();
        assertThat(guard.sessionCount()).isEqualTo(1); // Aeron may still have memory for it
        nowNs++;
        for (int i = 0; i < 20; i++) {
            settle(stranger, Stream.LOG, i);
        }
        assertThat(guard.sessionCount()).isEqualTo(Sessions.PLACES_OF_OTHERS - Sessions.LAST_PLACES);
        for (int i = 0; i < Sessions.LAST_PLACES; i++) {
            assertThat(settle(at(9, 2000), Stream.LOG, 100 + i)).isTrue();
        }
        nowNs += Sessions.REJECTED_NS + 1;
        for (int i = 0; i < Sessions.PLACES_OF_OTHERS; i++) {
            assertThat(settle(stranger, Stream.LOG, 200 + i)).isTrue();
        }
    }

    @Test
    void aPeerWhoseStreamWasRejectedStillHasPlacesThatNobodyElseCanTake() {
        settle(PEER, Stream.LOG, SESSION);
        guard.onRejected(StreamIds.of(Stream.LOG), SESSION);
        nowNs += Sessions.REMEMBERED_NS + 1;
        for (int i = 0; i < 20; i++) {
            settle(at(9, 1000), Stream.LOG, i);
        }
        for (int i = 0; i < Sessions.PLACES_A_PEER - Sessions.LAST_PLACES; i++) {
            assertThat(settle(PEER, Stream.LOG, 100 + i)).isTrue();
        }
        assertThat(settle(PEER, Stream.LOG, 200)).isFalse();
    }

    @Test
    void whereSeveralPeersAreThereArePlacesForEach() {
        peers.set(List.of("10.0.0.1", "10.0.0.1", "10.0.0.1"));
        for (int i = 0; i < 3 * Sessions.PLACES_A_PEER + Sessions.PLACES_OF_OTHERS; i++) {
            assertThat(settle(PEER, Stream.LOG, i)).isTrue();
        }
        assertThat(settle(PEER, Stream.LOG, 99)).isFalse();
    }

    @Test
    void randomBytesOfEveryLengthPassNoGuard() {
        settle(PEER, Stream.LOG, SESSION);
        for (int round = 0; round < 10; round++) {
            for (int length = 0; length <= 2000; length++) {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                assertThat(receives(PEER, bytes)).isFalse();
                assertThat(hears(bytes)).isFalse();
                if (length > 8) {
                    bytes[4] = 0; // the right version, and a type that there is
                    bytes[6] = (byte) (length % 12);
                    bytes[7] = 0;
                    assertThat(receives(PEER, bytes)).isFalse();
                    assertThat(hears(bytes)).isFalse();
                }
            }
        }
        assertThat(counters.malformed()).isGreaterThan(10_000);
    }

    @Test
    void whatIsCutShortPassesNoGuard() {
        settle(PEER, Stream.LOG, SESSION);
        byte[] data = Frames.data(Stream.LOG, SESSION, 0, new byte[200]);
        byte[] two = Frames.joined(data, Frames.data(Stream.LOG, SESSION, data.length, new byte[200]));
        for (int length = 0; length < two.length; length++) {
            assertThat(receives(PEER, Frames.cut(two, length)))
                    .as("%d bytes", length)
                    .isEqualTo(length == data.length);
        }
        for (byte[] whole : List.of(
                Frames.setup(Stream.LOG, SESSION),
                Frames.heartbeat(Stream.LOG, SESSION, 0),
                Frames.padding(Stream.LOG, SESSION, 0, 64))) {
            assertThat(receives(PEER, whole)).isTrue();
            for (int length = 0; length < whole.length; length++) {
                assertThat(receives(PEER, Frames.cut(whole, length))).isFalse();
            }
        }
        for (byte[] whole : List.of(
                Frames.status(Stream.LOG, SESSION, 5, 64, 1000, 0),
                Frames.nak(Stream.LOG, SESSION, 5, 64, 320),
                Frames.rtt(Stream.LOG, SESSION, 5, RttMeasurementFlyweight.REPLY_FLAG),
                Frames.error(Stream.LOG, SESSION, "no"))) {
            assertThat(hears(whole)).isTrue();
            for (int length = 0; length < whole.length; length++) {
                assertThat(hears(Frames.cut(whole, length))).isFalse();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 100, 1408",
        "-1, 0, 100, 1408",
        "1073741824, 0, 99, 1408",
        "65535, 0, 100, 1408",
        "32768, 0, 100, 1408",
        "-2147483648, 0, 100, 1408",
        "65536, -32, 100, 1408",
        "65536, 31, 100, 1408",
        "65536, 65536, 100, 1408",
        "65536, 2147483616, 100, 1408",
        "65536, 0, 99, 1408",
        "65536, 0, 100, 0",
        "65536, 0, 100, 32",
        "65536, 0, 100, -32",
        "65536, 0, 100, 1409",
        "65536, 0, 100, 65536",
    })
    void aSetupThatCannotBeIsDropped(int termLength, int termOffset, int activeTermId, int mtu) {
        settle(PEER, Stream.LOG, SESSION);
        long before = counters.malformed();
        assertThat(receives(PEER, Frames.setup(Stream.LOG, SESSION, termLength, termOffset, activeTermId, mtu)))
                .isFalse();
        assertThat(counters.malformed()).isEqualTo(before + 1);
        assertThat(misfits.poll()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"131072, 1408", "1073741824, 1408", "65536, 65504"})
    void aSetupOfOtherSettingsThanOursIsDroppedAndNotedOnce(int termLength, int mtu) {
        byte[] setup = Frames.setup(Stream.LOG, SESSION, termLength, 0, Frames.TERM_ID, mtu);
        assertThat(receives(PEER, setup)).isFalse();
        assertThat(misfits.poll()).isNull(); // anybody can send that
        settle(PEER, Stream.LOG, SESSION);
        assertThat(receives(PEER, setup)).isFalse();
        assertThat(receives(PEER, setup)).isFalse();
        Misfits.Misfit misfit = misfits.poll();
        assertThat(misfit.address()).isEqualTo(PEER.getAddress());
        assertThat(misfit.difference())
                .contains(String.valueOf(mtu == 1408 ? termLength : mtu))
                .contains(String.valueOf(mtu == 1408 ? SMALL : SMALL / 2));
        assertThat(misfits.poll()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"-32", "31", "65505", "65536", "65568", "2147483616", "-2147483648"})
    void framesWhereNoneCanBeAreDropped(int termOffset) {
        settle(PEER, Stream.LOG, SESSION);
        assertThat(receives(PEER, Frames.data(Stream.LOG, SESSION, termOffset, new byte[10])))
                .isFalse();
        assertThat(receives(PEER, Frames.padding(Stream.LOG, SESSION, termOffset, 64)))
                .isFalse();
    }

    @Test
    void aSecondFrameMustContinueTheFirst() {
        settle(PEER, Stream.LOG, SESSION);
        byte[] first = Frames.data(Stream.LOG, SESSION, 0, new byte[32]);
        byte[] second = Frames.data(Stream.LOG, SESSION, 64, new byte[32]);
        assertThat(receives(PEER, Frames.joined(first, second))).isTrue();
        for (int at : new int[] {0, 1, 2, 3, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19}) {
            byte[] both = Frames.joined(first, second);
            both[first.length + at] ^= (byte) 0x80;
            assertThat(receives(PEER, both)).as("byte %d", at).isFalse();
        }
    }

    @Test
    void noBitOfASetupTurnedLetsAnotherStreamInThanOurs() {
        settle(PEER, Stream.LOG, SESSION);
        byte[] setup = Frames.setup(Stream.LOG, SESSION);
        SetupFlyweight seen = new SetupFlyweight();
        for (int bit = 0; bit < setup.length * 8; bit++) {
            if (receives(PEER, Frames.turned(setup, bit))) {
                seen.wrap(buffer);
                assertThat(seen.sessionId()).isEqualTo(SESSION);
                assertThat(seen.streamId()).isEqualTo(StreamIds.of(Stream.LOG));
                assertThat(seen.termLength()).isEqualTo(SMALL);
                assertThat(seen.mtuLength()).isBetween(64, SMALL / 2);
                assertThat(seen.activeTermId() - seen.initialTermId()).isNotNegative();
                assertThat(seen.termOffset()).isBetween(0, SMALL - 32);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 1000", "65537, 1000", "64, -1", "64, 65537", "-2147483648, 2147483647"})
    void aStatusThatCannotBeIsDropped(int termOffset, int window) {
        assertThat(hears(Frames.status(Stream.LOG, SESSION, 5, termOffset, window, 0)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"-32, 64", "65536, 64", "33, 64", "64, 0", "64, -1", "64, 65536", "65504, 64", "64, 2147483647"})
    void aRequestToRepairWhatCannotBeIsDropped(int termOffset, int length) {
        assertThat(hears(Frames.nak(Stream.LOG, SESSION, 5, termOffset, length)))
                .isFalse();
    }

    @Test
    void whatOurDriversNeverSendIsDropped() {
        settle(PEER, Stream.LOG, SESSION);
        assertThat(hears(Frames.responseSetup(Stream.LOG, SESSION))).isFalse();
        assertThat(receives(PEER, Frames.status(Stream.LOG, SESSION, 5, 0, 0, 0)))
                .isFalse();
        assertThat(receives(PEER, Frames.error(Stream.LOG, SESSION, "no"))).isFalse();
        assertThat(hears(Frames.setup(Stream.LOG, SESSION))).isFalse();
        for (int version = 1; version < 256; version++) {
            byte[] setup = Frames.setup(Stream.LOG, SESSION);
            setup[4] = (byte) version;
            assertThat(receives(PEER, setup)).isFalse();
        }
        assertThat(counters.malformed()).isEqualTo(4 + 255);
    }
}
