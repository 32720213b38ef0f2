package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.node.Durability;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    static Config ofVoters(int count) {
        return of(IntStream.rangeClosed(1, count).mapToObj(ConfigTest::voter).toArray(Member[]::new));
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
                        List.of(new Fork(2, 10), new Fork(1, 20), new Fork(3, 30)),
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
    void aWitnessGoesWithExactlyTwoDataNodes() {
        Member witness = member(9, MemberKind.WITNESS);
        assertThatThrownBy(() -> of(voter(1), witness)).hasMessageContaining("exactly two data nodes");
        assertThatThrownBy(() -> of(voter(1), voter(2), voter(3), witness))
                .hasMessageContaining("exactly two data nodes");
        assertThatThrownBy(() -> of(voter(1), voter(2), member(8, MemberKind.WITNESS), witness))
                .hasMessageContaining("exactly two data nodes");
        assertThatThrownBy(() -> of(member(1, MemberKind.OBSERVER))).hasMessageContaining("nobody keeps the log");
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
                List.of(new Fork(1, 77), new Fork(2, 1234)),
                Mode.ASYNC,
                Durability.FLUSHED,
                12,
                List.of(
                        voter(1),
                        new Member(2, new Identity(-1), MemberKind.VOTER, "[fe80::1]:9000"),
                        member(3, MemberKind.WITNESS),
                        new Member(200, new Identity(9), MemberKind.OBSERVER, "wörld.example:1")));
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        int length = ConfigCodec.encode(config, buffer, 40);
        assertThat(ConfigCodec.decode(buffer, 40, length)).isEqualTo(config);
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
}
