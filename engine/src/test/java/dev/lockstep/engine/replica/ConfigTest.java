package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.sbe.ConfigEncoder;
import dev.lockstep.engine.sbe.GroupSizeEncodingEncoder;
import dev.lockstep.engine.sbe.MessageHeaderEncoder;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.node.Durability;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigTest {
    static Member voter(int node) {
        return new Member(node, new Identity(100 + node), MemberKind.VOTER, "10.0.0." + node + ":9000");
    }

    static Member member(int node, MemberKind kind) {
        return new Member(node, new Identity(100 + node), kind, "");
    }

    static Config of(Member... members) {
        return new Config(new ClusterId(0xC1), 1, List.of(), Mode.SYNC, Durability.APPENDED, 1, List.of(members));
    }

    static Fork fork(long epoch, long lastIndex) {
        return new Fork(epoch, new FrameRef(lastIndex, 3, 77), 4, new Identity(101));
    }

    /** The frames that found epochs 2 and 3 are of term 4, by {@link #fork}. */
    @Test
    void whatWasLeftBehindAForkIsWhatIsOfAnEarlierTermAndLiesBeyondIt() {
        Config config = new Config(
                new ClusterId(0xC1),
                3,
                List.of(fork(1, 10), fork(2, 20)),
                Mode.SYNC,
                Durability.APPENDED,
                1,
                List.of(voter(1)));
        assertThat(config.keptUpTo(9, 3)).isEqualTo(9);
        assertThat(config.keptUpTo(10, 3)).isEqualTo(10);
        assertThat(config.keptUpTo(15, 3)).isEqualTo(10);
        assertThat(config.keptUpTo(15, 4)).isEqualTo(15);
        assertThat(ofVoters(1).keptUpTo(15, 3)).isEqualTo(15);
    }

    static Config ofVoters(int count) {
        return of(IntStream.rangeClosed(1, count).mapToObj(ConfigTest::voter).toArray(Member[]::new));
    }

    /** @return the same, where only what is flushed counts */
    static Config flushed(Config config) {
        return new Config(
                config.clusterId(),
                config.epoch(),
                config.lineage(),
                config.mode(),
                Durability.FLUSHED,
                config.stateMachineVersion(),
                config.members());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 2", "4, 3", "5, 3", "7, 4"})
    void moreThanHalfOfTheVotersAreAMajority(int voters, int majority) {
        assertThat(ofVoters(voters).majority()).isEqualTo(majority);
    }

    @Test
    void aWitnessVotesAndKeepsNoLog() {
        Config config = of(voter(1), voter(2), member(3, MemberKind.WITNESS), member(4, MemberKind.OBSERVER));
        assertThat(config.hasWitness()).isTrue();
        assertThat(config.voters()).extracting(Member::node).containsExactly(1, 2, 3);
        assertThat(config.dataNodes()).extracting(Member::node).containsExactly(1, 2);
        assertThat(config.majority()).isEqualTo(2);
    }

    @Test
    void anIdentityCountsOnlyAtItsOwnNode() {
        Config config = ofVoters(3);
        assertThat(config.names(2, new Identity(102))).isTrue();
        assertThat(config.names(2, new Identity(103))).isFalse();
        assertThat(config.names(4, new Identity(104))).isFalse();
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        Member twin = new Member(2, new Identity(101), MemberKind.WITNESS, "");
        assertThatThrownBy(() -> new Config(
                        ClusterId.UNBORN,
                        3,
                        List.of(fork(2, 10), fork(1, 20), fork(3, 30)),
                        Mode.SYNC,
                        Durability.APPENDED,
                        1,
                        List.of(voter(3), twin, voter(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without an id")
                .hasMessageContaining("epoch 1 follows epoch 2")
                .hasMessageContaining("its own ancestor")
                .hasMessageContaining("node 2 is listed after node 3")
                .hasMessageContaining("identity 0000000000000065 is listed twice");
    }

    @Test
    void aWitnessGoesWithTwoDataNodesOrOneWhileTheOtherIsReplaced() {
        Member witness = member(9, MemberKind.WITNESS);
        Config pair = of(voter(1), voter(2), witness);
        assertThat(pair.withRemoved(2).hasWitness()).isTrue();
        assertThat(pair.withRemoved(2).majority()).isEqualTo(2);
        assertThat(pair.withRemoved(2).withAdded(voter(3)).dataNodes())
                .extracting(Member::node)
                .containsExactly(1, 3);
        assertThatThrownBy(() -> pair.withAdded(voter(3)))
                .hasMessageContaining("a witness goes with two data nodes")
                .hasMessageContaining("3 and 1 witnesses");
        assertThatThrownBy(() -> pair.withAdded(member(8, MemberKind.WITNESS)))
                .hasMessageContaining("a witness goes with two data nodes");
        assertThatThrownBy(() -> pair.withRemoved(2).withRemoved(1)).hasMessageContaining("nobody keeps the log");
        assertThatThrownBy(() -> of(member(1, MemberKind.OBSERVER))).hasMessageContaining("nobody keeps the log");
    }

    @Test
    void anObserverVotesFromThenOnAndNobodyElseCanBeMadeTo() {
        Config config = ofVoters(2).withAdded(member(3, MemberKind.OBSERVER)).withAdded(voter(4));
        Config next = config.withVoter(3);
        assertThat(next.members()).extracting(Member::node).containsExactly(1, 2, 3, 4);
        assertThat(next.at(3)).isEqualTo(new Member(3, new Identity(103), MemberKind.VOTER, ""));
        assertThat(next.majority()).isEqualTo(3);
        assertThatThrownBy(() -> config.withVoter(2)).hasMessageContaining("node 2 is no observer");
        assertThatThrownBy(() -> config.withVoter(9)).hasMessageContaining("node 9 is no observer");
        Config pair = of(voter(1), voter(2), member(3, MemberKind.WITNESS), member(4, MemberKind.OBSERVER));
        assertThatThrownBy(() -> pair.withVoter(3)).hasMessageContaining("node 3 is no observer");
        assertThatThrownBy(() -> pair.withVoter(4)).hasMessageContaining("a witness goes with two data nodes");
    }

    @Test
    void anotherModeChangesNothingElse() {
        Config config = ofVoters(3);
        assertThat(config.withMode(Mode.ASYNC).mode()).isEqualTo(Mode.ASYNC);
        assertThat(config.withMode(Mode.ASYNC).withMode(Mode.SYNC)).isEqualTo(config);
    }

    @Test
    void anEpochIsFoundedByThoseWhoAreLeftAndObserversStay() {
        Config config = of(voter(1), voter(2), voter(3), member(4, MemberKind.OBSERVER));
        Config second = config.founding(5, fork(1, 120), Set.of(1, 3));
        assertThat(second.epoch()).isEqualTo(5);
        assertThat(second.lineage()).containsExactly(fork(1, 120));
        assertThat(second.members()).extracting(Member::node).containsExactly(1, 3, 4);
        Config third = second.founding(9, fork(5, 200), Set.of(3));
        assertThat(third.lineage()).containsExactly(fork(1, 120), fork(5, 200));
        assertThat(third.voters()).extracting(Member::node).containsExactly(3);
        assertThatThrownBy(() -> second.founding(5, fork(5, 130), Set.of(1))).hasMessageContaining("its own ancestor");
        assertThatThrownBy(() -> second.founding(9, fork(5, 130), Set.of()))
                .hasMessageContaining("nobody keeps the log");
    }

    @Test
    void aWitnessThatIsLostIsLeftBehindLikeAnyVoter() {
        Config config = of(voter(1), voter(2), member(3, MemberKind.WITNESS));
        assertThat(config.founding(2, fork(1, 10), Set.of(1)).hasWitness()).isFalse();
        assertThat(config.founding(2, fork(1, 10), Set.of(1, 3)).hasWitness()).isTrue();
    }

    @Test
    void anAncestorSaysWhereItEndedAndNobodyElseDoes() {
        Config config = ofVoters(1).founding(5, fork(1, 120), Set.of(1)).founding(9, fork(5, 200), Set.of(1));
        assertThat(config.forkOf(1)).isEqualTo(fork(1, 120));
        assertThat(config.forkOf(5)).isEqualTo(fork(5, 200));
        assertThat(config.forkOf(9)).isNull();
        assertThat(config.forkOf(2)).isNull();
    }

    @Test
    void membersComeAndGoOneAtATimeAndStayInOrder() {
        Config config = ofVoters(3).withRemoved(2);
        assertThat(config.members()).extracting(Member::node).containsExactly(1, 3);
        Member again = new Member(2, new Identity(202), MemberKind.VOTER, "");
        assertThat(config.withAdded(again).members()).extracting(Member::node).containsExactly(1, 2, 3);
        assertThat(config.withAdded(again).names(2, new Identity(102))).isFalse();
        assertThatThrownBy(() -> ofVoters(3).withAdded(again)).hasMessageContaining("remove it first");
        assertThatThrownBy(() -> config.withRemoved(2)).hasMessageContaining("no member");
    }

    @Test
    void whatIsWrittenIsRead() {
        Config config = new Config(
                new ClusterId(-5),
                1L << 33,
                List.of(fork(1, 77), fork(2, 1234)),
                Mode.ASYNC,
                Durability.FLUSHED,
                12,
                List.of(
                        voter(1),
                        new Member(2, new Identity(-1), MemberKind.VOTER, "[fe80::1]:9000"),
                        member(3, MemberKind.WITNESS),
                        new Member(200, new Identity(9), MemberKind.OBSERVER, "wörld.example:1")),
                List.of(new Skip(7, 9, null, "it does not päss"), new Skip(5, 1L << 40, -6L, "x")));
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        int length = ConfigCodec.encode(config, buffer, 40);
        assertThat(ConfigCodec.decode(buffer, 40, length)).isEqualTo(config);
    }

    @Test
    void itsPlaceIsReadWithItAndAFrameItselfSaysNone() {
        PlacedConfig placed = new PlacedConfig(1L << 40, (3L << 32) + 7, ofVoters(2));
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        int length = ConfigCodec.encode(placed, buffer, 24);
        assertThat(ConfigCodec.decodePlaced(buffer, 24, length)).isEqualTo(placed);
        assertThat(ConfigCodec.decode(buffer, 24, length)).isEqualTo(placed.config());
        int same = ConfigCodec.encode(placed.config(), buffer, 0);
        assertThat(same).isEqualTo(length);
        assertThat(ConfigCodec.decodePlaced(buffer, 0, same)).isEqualTo(new PlacedConfig(0, 0, placed.config()));
    }

    @Test
    void aModeAndADurabilityAndAKindThatAreNotKnownAreRefused() {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        int length = ConfigCodec.encode(ofVoters(1), buffer, 0);
        int block = MessageHeaderEncoder.ENCODED_LENGTH;
        int kind = block
                + ConfigEncoder.BLOCK_LENGTH
                + 2 * GroupSizeEncodingEncoder.ENCODED_LENGTH
                + ConfigEncoder.MembersEncoder.kindEncodingOffset();
        for (int at : new int[] {
            block + ConfigEncoder.modeEncodingOffset(), block + ConfigEncoder.durabilityEncodingOffset(), kind
        }) {
            byte before = buffer.getByte(at);
            for (byte code : new byte[] {0, 17, -1}) {
                buffer.putByte(at, code);
                assertThatThrownBy(() -> ConfigCodec.decode(buffer, 0, length))
                        .hasMessageContaining("which this version does not know");
            }
            buffer.putByte(at, before);
        }
        assertThat(ConfigCodec.decode(buffer, 0, length)).isEqualTo(ofVoters(1));
    }

    @Test
    void whatThisVersionDoesNotKnowIsRefused() {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        int length = ConfigCodec.encode(ofVoters(1), buffer, 0);
        assertThatThrownBy(() -> ConfigCodec.decode(buffer, 0, 7)).hasMessageContaining("something else");
        for (int bit = 16; bit < 48; bit++) { // template and schema
            int at = bit / 8;
            byte before = buffer.getByte(at);
            buffer.putByte(at, (byte) (before ^ 1 << bit % 8));
            assertThatThrownBy(() -> ConfigCodec.decode(buffer, 0, length)).hasMessageContaining("something else");
            buffer.putByte(at, before);
        }
    }

    /** @return one with everything that a configuration can have */
    private static PlacedConfig rich() {
        Config config = of(voter(1), voter(2), member(3, MemberKind.WITNESS), member(9, MemberKind.OBSERVER))
                .founding(5, fork(1, 120), Set.of(1, 2, 3))
                .founding(9, fork(5, 200), Set.of(1, 3));
        return new PlacedConfig(201, 4, config);
    }

    /** @return its bytes, and nothing behind them */
    private static byte[] bytesOf(PlacedConfig placed) {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        byte[] bytes = new byte[ConfigCodec.encode(placed, buffer, 0)];
        buffer.getBytes(0, bytes);
        return bytes;
    }

    private static PlacedConfig decode(byte[] bytes, int length) {
        return ConfigCodec.decodePlaced(new UnsafeBuffer(bytes, 0, length), 0, length);
    }

    @Test
    void whatIsCutOffAnywhereIsRefused() {
        byte[] bytes = bytesOf(rich());
        assertThat(decode(bytes, bytes.length)).isEqualTo(rich());
        for (int length = 0; length < bytes.length; length++) {
            int shorter = length;
            assertThatThrownBy(() -> decode(bytes, shorter)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void moreThanIsThereIsRefusedBeforeItIsRead() {
        byte[] bytes = bytesOf(rich());
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        int lineage = MessageHeaderEncoder.ENCODED_LENGTH + ConfigEncoder.BLOCK_LENGTH;
        int members =
                lineage + GroupSizeEncodingEncoder.ENCODED_LENGTH + 2 * ConfigEncoder.LineageEncoder.sbeBlockLength();
        int address = members + GroupSizeEncodingEncoder.ENCODED_LENGTH + ConfigEncoder.MembersEncoder.sbeBlockLength();
        for (int at : new int[] {0, lineage, lineage + 2, members, members + 2, address}) {
            short before = buffer.getShort(at);
            for (int count : new int[] {0x7fff, 0x8000, 0xffff}) {
                buffer.putShort(at, (short) count, ByteOrder.LITTLE_ENDIAN);
                assertThatThrownBy(() -> decode(bytes, bytes.length))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("too short");
            }
            buffer.putShort(at, before);
        }
        for (int at : new int[] {0, lineage, members}) {
            short before = buffer.getShort(at);
            buffer.putShort(at, (short) 1, ByteOrder.LITTLE_ENDIAN); // each of them shorter than it can be
            assertThatThrownBy(() -> decode(bytes, bytes.length)).isInstanceOf(IllegalArgumentException.class);
            buffer.putShort(at, before);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aPlaceThatNoLogHasIsRefused(long impossible) {
        for (PlacedConfig each : List.of(
                new PlacedConfig(impossible, 1, ofVoters(3)),
                new PlacedConfig(1, impossible, ofVoters(3)),
                new PlacedConfig(1, 1, ofVoters(3).founding(2, fork(1, impossible), Set.of(1))),
                new PlacedConfig(
                        1,
                        1,
                        ofVoters(3)
                                .founding(2, new Fork(1, FrameRef.ORIGIN, impossible, new Identity(1)), Set.of(1))))) {
            byte[] bytes = bytesOf(each);
            assertThatThrownBy(() -> decode(bytes, bytes.length))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("to which no cluster can have come");
        }
    }

    @Test
    void whateverItsBytesAreItIsReadOrRefused() {
        byte[] sound = bytesOf(rich());
        SplittableRandom random = new SplittableRandom(3);
        int read = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = sound.clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt() : -1);
            }
            try {
                decode(bytes, bytes.length - random.nextInt(4) / 3 * random.nextInt(bytes.length));
                read++;
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
        assertThat(read).isBetween(1_000, 49_000);
    }
}
