package dev.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every transport promises of links and messages. */
public abstract class TransportContract extends NodesUnderTest {
    @Test
    void linksComeUpOnBothSides() {
        startPair();
        until("both told", () -> recorder(1).hello(2) != null && recorder(2).hello(1) != null);
        assertThat(recorder(1).hello(2)).isEqualTo(hello(2, 1));
        assertThat(recorder(2).hello(1)).isEqualTo(hello(1, 1));
        forAWhile();
        assertThat(recorder(1).events(2)).containsExactly("up");
        assertThat(recorder(2).events(1)).containsExactly("up");
    }

    @Test
    void aLinkComesUpWhicheverSideIsStartedFirst() {
        start(hello(2, 1), 1);
        forAWhile();
        assertThat(transport(2).isUp(1)).isFalse();
        start(hello(1, 1), 2);
        untilLinked(1, 2);
    }

    @Test
    void nothingIsAcceptedBeforeTheLinkIsUp() {
        start(hello(1, 1), 2);
        forAWhile();
        assertThat(transport(1).offer(2, Stream.LOG, buffer, 0, 10)).isEqualTo(SendResult.NOT_CONNECTED);
        assertThat(transport(1).claim(2, Stream.LOG, 10, transport(1).newClaim()))
                .isEqualTo(SendResult.NOT_CONNECTED);
        assertThat(transport(1).offer(77, Stream.LOG, buffer, 0, 10)).isEqualTo(SendResult.NOT_CONNECTED);
    }

    @ParameterizedTest
    @EnumSource(value = Stream.class, names = "CLIENT", mode = EnumSource.Mode.EXCLUDE)
    void messagesArriveWholeAndInOrder(Stream stream) {
        startPair();
        List<byte[]> sent = new ArrayList<>();
        int longest = transport(1).maxWholeBytes(stream);
        int[] lengths = {1, 2, 7, 8, 31, 32, 33, 1375, 1376, 1377, 5000, longest - 1, longest};
        for (int round = 0; round < 5; round++) {
            for (int length : lengths) {
                sent.add(fill(length));
                send(1, 2, stream, length);
            }
        }
        until("all", () -> recorder(2).messages(1, stream).size() == sent.size());
        assertThat(recorder(2).messages(1, stream)).containsExactlyElementsOf(sent);
        assertThat(transport(1).counters(2).sent()).isEqualTo(sent.size());
        assertThat(transport(2).counters(1).received()).isEqualTo(sent.size());
    }

    @Test
    void bothSidesSendAtOnceOnAllStreams() {
        startPair();
        Map<String, List<byte[]>> sent = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            int from = 1 + random.nextInt(2);
            Stream stream = Stream.ofMembers().get(random.nextInt(3));
            byte[] message = fill(1 + random.nextInt(4000));
            sent.computeIfAbsent(from + " " + stream, key -> new ArrayList<>()).add(message);
            send(from, 3 - from, stream, message.length);
        }
        int expected = sent.values().stream().mapToInt(List::size).sum();
        until(
                "all",
                () -> transport(1).counters(2).received()
                                + transport(2).counters(1).received()
                        == expected);
        for (int from = 1; from <= 2; from++) {
            for (Stream stream : Stream.ofMembers()) {
                assertThat(recorder(3 - from).messages(from, stream))
                        .containsExactlyElementsOf(sent.get(from + " " + stream));
            }
        }
    }

    @Test
    void aLongMessageGoesInPiecesAndArrivesWhole() {
        startPair();
        int[] lengths = {transport(1).maxWholeBytes(Stream.BULK) + 1, 300_001, MAX_MESSAGE_BYTES, 5, 700_000};
        List<byte[]> sent = new ArrayList<>();
        for (int length : lengths) {
            sent.add(fill(length));
            send(1, 2, Stream.BULK, length);
        }
        until("all", () -> recorder(2).messages(1, Stream.BULK).size() == lengths.length);
        assertThat(recorder(2).messages(1, Stream.BULK)).containsExactlyElementsOf(sent);
    }

    @Test
    void aLongMessageThatIsGivenUpIsNeverDelivered() {
        startPair();
        fill(MAX_MESSAGE_BYTES);
        assertThat(transport(1).offer(2, Stream.BULK, buffer, 0, MAX_MESSAGE_BYTES))
                .isEqualTo(SendResult.BACK_PRESSURED);
        byte[] other = fill(100);
        send(1, 2, Stream.BULK, 100);
        byte[] another = fill(400_000);
        send(1, 2, Stream.BULK, 400_000);
        until("both", () -> recorder(2).messages(1, Stream.BULK).size() == 2);
        assertThat(recorder(2).messages(1, Stream.BULK)).containsExactly(other, another);
        assertThat(transport(1).isUp(2)).isTrue();
    }

    @Test
    void whatIsTooLongIsRefused() {
        startPair();
        for (Stream stream : Stream.ofMembers()) {
            int longest = transport(1).maxMessageBytes(stream);
            assertThat(transport(1).offer(2, stream, buffer, 0, longest + 1)).isEqualTo(SendResult.TOO_LARGE);
        }
        int claimable = transport(1).maxClaimBytes();
        assertThat(transport(1).claim(2, Stream.LOG, claimable + 1, transport(1).newClaim()))
                .isEqualTo(SendResult.TOO_LARGE);
        assertThatThrownBy(() -> transport(1).offer(2, Stream.LOG, buffer, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClaimIsSentWhenItIsCommittedAndNotWhenItIsAborted() {
        startPair();
        Claim claim = transport(1).newClaim();
        assertThat(transport(1).claim(2, Stream.CONTROL, 24, claim)).isNotNegative();
        claim.buffer().setMemory(claim.offset(), claim.length(), (byte) 1);
        claim.abort();
        assertThat(transport(1).claim(2, Stream.CONTROL, 24, claim)).isNotNegative();
        assertThat(claim.length()).isEqualTo(24);
        claim.buffer().setMemory(claim.offset(), claim.length(), (byte) 2);
        claim.commit();
        until("one", () -> recorder(2).messages(1, Stream.CONTROL).size() == 1);
        byte[] expected = new byte[24];
        Arrays.fill(expected, (byte) 2);
        assertThat(recorder(2).messages(1, Stream.CONTROL)).containsExactly(expected);
    }

    @Test
    void aPeerThatIsStartedAnewIsAnotherIncarnationAndHearsNothingOld() {
        startPair();
        for (long start = 2; start < 6; start++) {
            recorder(1).clear();
            fill(500);
            for (int i = 0; i < 20; i++) {
                send(1, 2, Stream.LOG, 500); // on its way when the peer dies
            }
            network.kill(transport(2), 2);
            start(hello(2, start), 1);
            until(
                    "up again",
                    () -> recorder(1).events(2).contains("up") && transport(2).isUp(1));
            assertThat(recorder(1).events(2)).hasSize(2).last().isEqualTo("up");
            assertThat(recorder(1).events(2).get(0)).startsWith("down");
            assertThat(recorder(1).hello(2).incarnation().start()).isEqualTo(start);
            byte[] fresh = fill(100);
            send(1, 2, Stream.LOG, 100);
            until("the fresh one", () -> !recorder(2).messages(1, Stream.LOG).isEmpty());
            assertThat(recorder(2).messages(1, Stream.LOG)).containsExactly(fresh);
        }
    }

    @Test
    void aNodeOfAnotherClusterIsRefusedByNameOnce() {
        start(hello(1, 1), 2);
        start(new Hello(0xBAD, 0, 1, 2, 5, new Incarnation(1, 0)), 1);
        until(
                "both refused",
                () -> !recorder(1).refusals().isEmpty()
                        && !recorder(2).refusals().isEmpty());
        until("refused again", () -> transport(1).counters(2).refused() > 1);
        forAWhile();
        assertThat(recorder(1).refusals())
                .singleElement()
                .asString()
                .contains("node 2")
                .contains("cluster 0000000000000bad")
                .contains("cluster 00000000000000c1");
        assertThat(recorder(2).refusals()).hasSize(1);
        assertThat(transport(1).isUp(2)).isFalse();
    }

    @Test
    void aNodeThatNoClusterHasTakenInYetIsWelcome() {
        start(hello(1, 1), 2);
        start(new Hello(0, 0, 0, 2, 5, new Incarnation(1, 0)), 1);
        untilLinked(1, 2);
        transport(2).introduceAs(new Hello(CLUSTER, 0, 1, 2, 5, new Incarnation(1, 0)));
        until(
                "known",
                () -> recorder(1).hello(2).clusterId() == CLUSTER
                        && transport(1).isUp(2)
                        && transport(2).isUp(1));
        assertThat(recorder(1).events(2)).startsWith("up").endsWith("up");
    }

    @Test
    void aNodeThatIsNotAMemberIsReportedOnce() {
        start(hello(1, 1), 2);
        start(hello(3, 1), 1);
        until("reported", () -> !recorder(1).refusals().isEmpty());
        forAWhile();
        assertThat(recorder(1).refusals()).singleElement().asString().contains("node 3");
        assertThat(transport(3).isUp(1)).isFalse();
    }

    @Test
    void aPartitionIsSeenOnBothSidesAndHeals() {
        startPair();
        network.block(1, 2);
        network.block(2, 1);
        until("down", () -> !transport(1).isUp(2) && !transport(2).isUp(1));
        network.unblock(1, 2);
        network.unblock(2, 1);
        untilLinked(1, 2);
        byte[] message = fill(64);
        send(1, 2, Stream.LOG, 64);
        until("delivered", () -> !recorder(2).messages(1, Stream.LOG).isEmpty());
        assertThat(recorder(2).messages(1, Stream.LOG)).containsExactly(message);
    }

    @Test
    void aPartitionOfOneWayIsSeenOnBothSidesAndHeals() {
        startPair();
        network.block(1, 2);
        until("down", () -> !transport(1).isUp(2) && !transport(2).isUp(1));
        forAWhile();
        network.unblock(1, 2);
        untilLinked(1, 2);
    }

    @Test
    void aPeerThatDoesNotPollBackPressuresNobodyElse() {
        start(hello(1, 1), 2, 3);
        start(hello(2, 1), 1);
        start(hello(3, 1), 1);
        untilLinked(1, 2);
        untilLinked(1, 3);
        fill(1000);
        long result = 0;
        for (int i = 0; i < 5000 && result >= 0; i++) {
            result = transport(1).offer(2, Stream.LOG, buffer, 0, 1000);
            if (i % 10 == 0) {
                turn(2);
            }
        }
        assertThat(SendResult.describe(result)).isEqualTo("BACK_PRESSURED");
        assertThat(transport(1).counters(2).backPressured()).isPositive();
        for (int i = 0; i < 500; i++) {
            send(1, 3, Stream.LOG, 1000, 2);
            if (i % 10 == 0) {
                turn(2);
            }
        }
        until("all at the other", () -> recorder(3).messages(1, Stream.LOG).size() == 500, 2);
        assertThat(transport(1).isUp(3)).isTrue();
        assertThat(recorder(1).events(3)).containsExactly("up");
    }

    @Test
    void aRoundTripIsMeasured() {
        long startNs = network.nowNs();
        startPair();
        until("measured", () -> transport(1).counters(2).roundTripNs() > 0);
        assertThat(transport(1).counters(2).roundTripNs()).isLessThan(network.nowNs() - startNs);
    }
}
