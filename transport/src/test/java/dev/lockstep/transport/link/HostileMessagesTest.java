package dev.lockstep.transport.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Recorder;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.sbe.HelloDecoder;
import dev.lockstep.transport.sbe.HelloEncoder;
import dev.lockstep.transport.sbe.MessageHeaderDecoder;
import dev.lockstep.transport.sbe.MessageHeaderEncoder;
import dev.lockstep.transport.sbe.PieceEncoder;
import dev.lockstep.transport.sbe.PingEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What links do with messages that no peer of ours sends, or that another than the peer has sent. */
final class HostileMessagesTest {
    private static final int MAX_MESSAGE_BYTES = 100_000;
    private static final long NONCE = 777;
    private static final Hello SELF = new Hello(0xC1, 0, 1, 1, 1001, new Incarnation(1, 0));
    private static final Hello PEER = new Hello(0xC1, 0, 1, 2, 1002, new Incarnation(5, 0));

    private final ScriptedWire wire = new ScriptedWire();
    private final Recorder recorder = new Recorder();
    private final Random random = new Random(3);
    private final SplittableRandom nonces = new SplittableRandom(9);
    private final Channel[] channels = new Channel[Stream.ofMembers().size()];
    private final Channel[] rogue = new Channel[Stream.ofMembers().size()];
    private Links links;
    private long nowNs;
    private final long peerAttempt = 3;
    private long peerNonce = NONCE;
    private long ourNonce;

    @BeforeEach
    void open() {
        links = new Links(wire, SELF, MAX_MESSAGE_BYTES, 0, () -> nowNs, nonces::nextLong);
        links.add(new Peer(2, "127.0.0.1", 9000));
        for (Stream stream : Stream.ofMembers()) {
            channels[stream.number()] = new Channel(stream);
            rogue[stream.number()] = new Channel(stream);
        }
    }

    private void turn() {
        nowNs += 60_000_000;
        links.invoke();
        links.poll(recorder, 100);
    }

    /** @return what this node says of itself now */
    private HelloMessage ourHello() {
        wire.sent.clear();
        nowNs += 300_000_000;
        links.invoke();
        return wire.sent.stream()
                .filter(each -> each.length == HelloMessage.LENGTH)
                .map(HostileMessagesTest::decode)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private static HelloMessage decode(byte[] bytes) {
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        return HelloMessage.decode(buffer, 0, bytes.length, new MessageHeaderDecoder().wrap(buffer, 0));
    }

    private static byte[] encode(HelloMessage message) {
        byte[] bytes = new byte[HelloMessage.LENGTH];
        message.encode(new UnsafeBuffer(bytes));
        return bytes;
    }

    private byte[] peerHello(long echo, int heard) {
        return encode(new HelloMessage(PEER, HelloMessage.PROTOCOL_VERSION, peerAttempt, peerNonce, echo, heard, true));
    }

    private void bringOn(Channel[] onAll, byte[] bytes) {
        for (Channel each : onAll) {
            wire.bring(each, bytes, Tag.of(0, Tag.LINK));
        }
        turn();
    }

    private void linkUp() {
        bringOn(channels, peerHello(0, 0));
        ourNonce = ourHello().nonce();
        bringOn(channels, peerHello(ourNonce, 7));
        assertThat(links.isUp(2)).isTrue();
    }

    private long life() {
        return Tag.life(peerNonce, ourNonce);
    }

    private void assertServes() {
        byte[] message = new byte[50];
        random.nextBytes(message);
        int before = recorder.messages(2, Stream.LOG).size();
        wire.bring(channels[Stream.LOG.number()], message, Tag.of(life(), Tag.MESSAGE));
        turn();
        List<byte[]> heard = recorder.messages(2, Stream.LOG);
        assertThat(heard).hasSize(before + 1);
        assertThat(heard.get(before)).isEqualTo(message);
    }

    private void assertNothingDelivered() {
        for (Stream stream : Stream.ofMembers()) {
            assertThat(recorder.messages(2, stream)).isEmpty();
        }
    }

    @Test
    void bytesOfEveryLengthAndKindOnEveryChannelAreNothing() {
        linkUp();
        for (int length = 0; length <= 2000; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            for (int kind = 0; kind < 4; kind++) {
                // Of this life only what peers' links say may come; the lives of messages and pieces cannot be guessed.
                wire.bring(channels[length % 3], bytes, Tag.of(random.nextLong() >>> 2, kind));
                wire.bring(channels[length % 3], bytes, Tag.of(life(), Tag.LINK));
                wire.bring(rogue[length % 3], bytes, Tag.of(life(), kind));
            }
            turn();
        }
        assertThat(recorder.events(2)).containsExactly("up");
        assertNothingDelivered();
        assertThat(links.counters(2).malformed()).isPositive();
        assertThat(links.counters(2).stale()).isPositive();
        assertServes();
    }

    @Test
    void everyShorterHelloIsNothing() {
        byte[] whole = peerHello(0, 0);
        for (int length = 0; length < whole.length; length++) {
            wire.bring(channels[0], Arrays.copyOf(whole, length), Tag.of(0, Tag.LINK));
        }
        turn();
        assertThat(channels[0].link).isNull();
        linkUp();
        assertServes();
    }

    @Test
    void aHelloWithAnyBitTurnedHarmsNothingForLong() {
        linkUp();
        byte[] whole = peerHello(ourNonce, 7);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] turned = whole.clone();
            turned[bit / 8] ^= (byte) (1 << bit % 8);
            for (Channel each : rogue) {
                wire.bring(each, turned, Tag.of(0, Tag.LINK));
            }
            turn();
        }
        assertNothingDelivered();
        assertThat(recorder.refusals()).isNotEmpty();
        // Whoever knows a node's identity can say to be a later start of it; the node then must be one.
        Hello later = new Hello(0xC1, 0, 1, 2, 1002, new Incarnation(Long.MAX_VALUE, Integer.MAX_VALUE));
        peerNonce = 888;
        byte[] fresh =
                encode(new HelloMessage(later, HelloMessage.PROTOCOL_VERSION, Long.MAX_VALUE, peerNonce, 0, 0, true));
        bringOn(channels, fresh);
        ourNonce = ourHello().nonce();
        bringOn(
                channels,
                encode(new HelloMessage(
                        later, HelloMessage.PROTOCOL_VERSION, Long.MAX_VALUE, peerNonce, ourNonce, 7, true)));
        assertThat(links.isUp(2)).isTrue();
        assertServes();
    }

    @ParameterizedTest
    @CsvSource({"0,1", "65535,1", "1,1", "80,0", "80,3", "80,255"})
    void aHelloWhoseHeaderLiesIsNothing(int blockLength, int templateId) {
        byte[] bytes = peerHello(0, 0);
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        new MessageHeaderEncoder().wrap(buffer, 0).blockLength(blockLength).templateId(templateId);
        assertThat(HelloDecoder.TEMPLATE_ID).isEqualTo(1);
        assertThat(HelloDecoder.BLOCK_LENGTH).isEqualTo(80);
        bringOn(channels, bytes);
        assertThat(channels[0].link).isNull();
        linkUp();
    }

    @Test
    void aHelloOfAnotherMagicIsNothing() {
        byte[] bytes = peerHello(0, 0);
        bytes[MessageHeaderEncoder.ENCODED_LENGTH] ^= 1;
        bringOn(channels, bytes);
        assertThat(channels[0].link).isNull();
    }

    @Test
    void aHelloWithoutANonceIsNothing() {
        peerNonce = 0;
        bringOn(channels, peerHello(0, 0));
        bringOn(channels, peerHello(ourHello().nonce(), 7));
        assertThat(links.isUp(2)).isFalse();
        peerNonce = NONCE;
        linkUp();
    }

    @ParameterizedTest
    @CsvSource({"0", "2", "65535"})
    void aHelloOfAnotherProtocolVersionIsRefusedByNameOnce(int version) {
        byte[] bytes = encode(new HelloMessage(PEER, version, 1, NONCE, 0, 0, true));
        bringOn(channels, bytes);
        bringOn(channels, bytes);
        assertThat(recorder.refusals())
                .singleElement()
                .asString()
                .contains("protocol version " + version)
                .contains("speaks 1");
        linkUp();
    }

    @ParameterizedTest
    @CsvSource({"-1", "77"})
    void aHelloOfANodeThatIsNoneOfOursIsReportedOnce(int node) {
        Hello stranger = new Hello(0xC1, 0, 1, node, 5, new Incarnation(1, 0));
        byte[] bytes = encode(new HelloMessage(stranger, HelloMessage.PROTOCOL_VERSION, 1, 5, 0, 0, true));
        bringOn(rogue, bytes);
        bringOn(rogue, bytes);
        assertThat(recorder.refusals()).hasSize(1);
        linkUp();
        assertServes();
    }

    @ParameterizedTest
    @CsvSource({"-2147483648", "-2", "256", "2147483647"})
    void aHelloOfANumberThatNoNodeHasIsNothing(int node) {
        byte[] bytes = peerHello(0, 0);
        new HelloEncoder()
                .wrap(new UnsafeBuffer(bytes), MessageHeaderEncoder.ENCODED_LENGTH)
                .node(node);
        bringOn(channels, bytes);
        assertThat(channels[0].link).isNull();
        assertThat(recorder.refusals()).isEmpty();
        linkUp();
        assertServes();
    }

    @Test
    void whoeverSaysToBeThePeerTakesTheLinkDownAndBothSidesLearnIt() {
        linkUp();
        long before = ourNonce;
        Hello other = new Hello(0xC1, 0, 1, 2, 6666, new Incarnation(1, 0));
        bringOn(rogue, encode(new HelloMessage(other, HelloMessage.PROTOCOL_VERSION, 1, 5, 0, 0, true)));
        assertThat(links.isUp(2)).isFalse();
        wire.bring(channels[1], new byte[9], Tag.of(life(), Tag.MESSAGE)); // lost: the peer must be told
        turn();
        assertNothingDelivered();
        bringOn(channels, peerHello(before, 7));
        assertThat(links.isUp(2)).isFalse();
        ourNonce = ourHello().nonce();
        assertThat(ourNonce).isNotEqualTo(before);
        bringOn(channels, peerHello(ourNonce, 7));
        assertThat(links.isUp(2)).isTrue();
        assertThat(recorder.events(2)).containsExactly("up", "down PEER_RESTARTED", "up");
        assertServes();
    }

    @Test
    void whoeverKnowsThePeersLifeAndSaysAnotherNonceOfItIsNotHeard() {
        linkUp();
        peerNonce = 5;
        bringOn(rogue, peerHello(ourNonce, 7));
        peerNonce = NONCE;
        assertThat(recorder.events(2)).containsExactly("up");
        assertServes();
    }

    /** Brings another life of the peer up, and has it vanish. */
    private long linkUpAndGone(Hello other) {
        linkUp();
        bringOn(rogue, encode(new HelloMessage(other, HelloMessage.PROTOCOL_VERSION, 1, 7, 0, 0, true)));
        long nonce = ourHello().nonce();
        bringOn(rogue, encode(new HelloMessage(other, HelloMessage.PROTOCOL_VERSION, 1, 7, nonce, 7, true)));
        assertThat(recorder.events(2)).containsExactly("up", "down PEER_RESTARTED", "up");
        for (Channel each : rogue) {
            links.onLost(each);
        }
        bringOn(channels, peerHello(nonce, 7));
        assertThat(links.isUp(2)).as("at once").isFalse();
        assertThat(links.counters(2).stale()).isPositive();
        assertThat(recorder.refusals()).isEmpty();
        return nonce;
    }

    @Test
    void whoeverWasThatNodeBeforeIsHeardAgainOnceTheOneAfterIsGone() {
        linkUpAndGone(new Hello(0xC1, 0, 1, 2, 6666, new Incarnation(1, 0)));
        nowNs += 10_000_000_001L;
        linkUp();
        assertThat(recorder.hello(2)).isEqualTo(PEER);
        assertServes();
    }

    @Test
    void aNodeWhoseDirectoryWasSetBackIsRefusedByNameOnce() {
        long nonce = linkUpAndGone(new Hello(0xC1, 0, 1, 2, PEER.identity(), new Incarnation(9, 0)));
        nowNs += 10_000_000_001L;
        bringOn(channels, peerHello(nonce, 7));
        bringOn(channels, peerHello(nonce, 7));
        assertThat(links.isUp(2)).isFalse();
        assertThat(recorder.refusals())
                .singleElement()
                .asString()
                .contains("start 5.0")
                .contains("start 9.0")
                .contains("set back");
    }

    /** By that a peer that was removed and added again is heard: of two lives the one with the higher count is newer. */
    @Test
    void attemptsGoOnCountingWhenAPeerIsRemovedAndAdded() {
        linkUp();
        links.remove(2);
        long attempts = 0;
        for (int i = 0; i < 3; i++) {
            links.add(new Peer(2, "127.0.0.1", 9000));
            long attempt = ourHello().attempt();
            assertThat(attempt).isGreaterThan(attempts);
            attempts = attempt;
            links.remove(2);
        }
    }

    private byte[] piece(int message, int totalBytes, int offsetBytes, int bytes) {
        byte[] whole = new byte[PieceSender.HEADER_LENGTH + bytes];
        UnsafeBuffer buffer = new UnsafeBuffer(whole);
        new PieceEncoder()
                .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .message(message)
                .totalBytes(totalBytes)
                .offsetBytes(offsetBytes);
        return whole;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 5000, 4999, 1",
        "1, 5000, 1, 10",
        "1, 5000, -1, 10",
        "1, 5000, -2147483648, 10",
        "1, 5000, 2147483647, 10",
        "1, 100001, 0, 10",
        "1, 2147483647, 0, 10",
        "1, -1, 0, 10",
        "1, -2147483648, 0, 10",
        "1, 0, 0, 10",
        "1, 9, 0, 10",
        "1, 5000, 0, 0",
    })
    void aPieceThatLiesTakesTheLinkDownAndNothingIsDelivered(int message, int total, int offset, int bytes) {
        linkUp();
        wire.bring(channels[2], piece(message, total, offset, bytes), Tag.of(life(), Tag.PIECE));
        turn();
        assertThat(recorder.events(2)).containsExactly("up", "down MALFORMED");
        assertThat(links.counters(2).malformed()).isEqualTo(1);
        ourNonce = ourHello().nonce();
        bringOn(channels, peerHello(ourNonce, 7));
        assertThat(links.isUp(2)).isTrue();
        assertNothingDelivered();
        assertServes();
    }

    @ParameterizedTest
    @CsvSource({"2, 5000, 1000", "1, 5001, 1000", "1, 5000, 999", "1, 5000, 1001", "1, -5000, 1000"})
    void aPieceThatDoesNotContinueTheOneBeforeTakesTheLinkDown(int message, int total, int offset) {
        linkUp();
        wire.bring(channels[2], piece(1, 5000, 0, 1000), Tag.of(life(), Tag.PIECE));
        wire.bring(channels[2], piece(message, total, offset, 1000), Tag.of(life(), Tag.PIECE));
        turn();
        assertThat(recorder.events(2)).containsExactly("up", "down MALFORMED");
        assertNothingDelivered();
    }

    /** But for the bits that say nothing of a message's bytes: which one it is, and which version wrote it. */
    @Test
    void noPieceThatIsShorterOrHasABitOfItsHeaderTurnedIsDelivered() {
        linkUp();
        byte[] whole = piece(1, 100, 0, 100);
        int delivered = 0;
        for (int bit = 0; bit < PieceSender.HEADER_LENGTH * 8; bit++) {
            byte[] turned = whole.clone();
            turned[bit / 8] ^= (byte) (1 << bit % 8);
            wire.bring(channels[2], turned, Tag.of(life(), Tag.PIECE));
            wire.bring(channels[2], Arrays.copyOf(whole, bit % whole.length), Tag.of(life(), Tag.PIECE));
            turn();
            if (!links.isUp(2)) {
                ourNonce = ourHello().nonce();
                bringOn(channels, peerHello(ourNonce, 7));
            }
            assertThat(links.isUp(2)).isTrue();
            delivered += isHarmless(bit / 8) ? 1 : 0;
            assertThat(recorder.messages(2, Stream.BULK)).hasSize(delivered);
        }
        assertThat(delivered).isEqualTo(Short.SIZE + Integer.SIZE);
        assertServes();
    }

    private static boolean isHarmless(int at) {
        int message = MessageHeaderEncoder.ENCODED_LENGTH + PieceEncoder.messageEncodingOffset();
        int version = MessageHeaderEncoder.versionEncodingOffset();
        return (at >= message && at < message + Integer.BYTES) || (at >= version && at < version + Short.BYTES);
    }

    @Test
    void aPieceOnAnotherStreamThanBulkTakesTheLinkDown() {
        linkUp();
        wire.bring(channels[0], piece(1, 10, 0, 10), Tag.of(life(), Tag.PIECE));
        turn();
        assertThat(recorder.events(2)).containsExactly("up", "down MALFORMED");
        assertNothingDelivered();
    }

    @Test
    void aPingOfAnotherLifeIsNotEchoed() {
        linkUp();
        byte[] bytes = new byte[MessageHeaderEncoder.ENCODED_LENGTH + PingEncoder.BLOCK_LENGTH];
        new PingEncoder()
                .wrapAndApplyHeader(new UnsafeBuffer(bytes), 0, new MessageHeaderEncoder())
                .timeNs(4);
        wire.sent.clear();
        wire.bring(rogue[0], bytes, Tag.of(life(), Tag.LINK));
        wire.bring(channels[0], bytes, Tag.of(life() + 1, Tag.LINK));
        links.poll(recorder, 10);
        assertThat(wire.sent).isEmpty();
        wire.bring(channels[0], bytes, Tag.of(life(), Tag.LINK));
        links.poll(recorder, 10);
        assertThat(wire.sent).hasSize(1);
    }

    @Test
    void aNodeWhoseSettingsDoNotFitIsReportedToTheHandler() {
        links.onMisfit(2, "its terms differ");
        links.onMisfit(-1, "somebody's terms differ");
        turn();
        turn();
        assertThat(recorder.refusals()).containsExactly("its terms differ", "somebody's terms differ");
        assertThat(links.counters(2).refused()).isEqualTo(1);
    }
}
