package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import dev.lockstep.transport.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MemberListTest {
    private final List<String> mistakes = new ArrayList<>();

    private MemberList sound(String written) {
        mistakes.clear();
        MemberList list = MemberList.parse(written, mistakes);
        assertThat(mistakes).isEmpty();
        return list;
    }

    private void isRefused(String written, String... said) {
        mistakes.clear();
        MemberList.parse(written, mistakes);
        assertThat(mistakes).as(written).hasSize(said.length);
        for (int i = 0; i < said.length; i++) {
            assertThat(mistakes.get(i)).contains(said[i]);
        }
    }

    @Test
    void membersAreNumberedByTheirPlacesUnlessTheirNumbersAreWritten() {
        MemberList list = sound("a=10.0.0.1:9000, b_2=host-b:9000/observer ,d#7=[fe80::1]:9000,E-5=10.0.0.3:9000");
        assertThat(list.members())
                .containsExactly(
                        new ListedMember(1, "a", MemberKind.VOTER, "10.0.0.1:9000"),
                        new ListedMember(2, "b_2", MemberKind.OBSERVER, "host-b:9000"),
                        new ListedMember(7, "d", MemberKind.VOTER, "[fe80::1]:9000"),
                        new ListedMember(4, "E-5", MemberKind.VOTER, "10.0.0.3:9000"));
        assertThat(list.named("d").peer()).isEqualTo(new Peer(7, "fe80::1", 9000));
        assertThat(list.named("x")).isNull();
        assertThat(list.numberOf("E-5")).isEqualTo(4);
        assertThat(list.numberOf("x")).isZero();
    }

    @Test
    void aListReadsWhatItWrites() {
        MemberList list = sound("a=10.0.0.1:9000,d#7=[fe80::1]:9000,c=10.0.0.3:9000/witness,o#255=h:1/observer");
        assertThat(list)
                .hasToString("a#1=10.0.0.1:9000,d#7=[fe80::1]:9000,c#3=10.0.0.3:9000/witness,o#255=h:1/observer");
        assertThat(sound(list.toString())).isEqualTo(list);
    }

    @Test
    void foundersCarryTheNamesInTheirAddresses() {
        List<Founder> founders =
                sound("a=10.0.0.1:9000,b#9=[fe80::1]:9000,c=h:1/witness").toFounders();
        assertThat(founders)
                .containsExactly(
                        new Founder(1, MemberKind.VOTER, "a=10.0.0.1:9000"),
                        new Founder(9, MemberKind.VOTER, "b=[fe80::1]:9000"),
                        new Founder(3, MemberKind.WITNESS, "c=h:1"));
        ListedMember read = ListedMember.ofAddress(9, founders.get(1).address());
        assertThat(read.name()).isEqualTo("b");
        assertThat(read.peer()).isEqualTo(new Peer(9, "fe80::1", 9000));
        assertThat(read.withKind(MemberKind.VOTER))
                .isEqualTo(new ListedMember(9, "b", MemberKind.VOTER, "[fe80::1]:9000"));
        assertThat(ReplicaSettings.of(9, founders).founders()).isEqualTo(founders);
    }

    @Test
    void aNodeThatIsAloneListensNowhere() {
        MemberList list = MemberList.ofSingle();
        assertThat(list.isSingle()).isTrue();
        ListedMember self = list.named("1");
        assertThat(self.isListening()).isFalse();
        assertThatThrownBy(self::peer)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("listens nowhere");
        assertThat(ListedMember.ofAddress(1, self.namedAddress()).withKind(MemberKind.VOTER))
                .isEqualTo(self);
        assertThat(ReplicaSettings.of(1, list.toFounders()).founders()).hasSize(1);
    }

    @Test
    void observersDoNotCountAsVoters() {
        assertThat(sound("a=h:1,b=h:4/observer").isSingle()).isTrue();
        assertThat(sound("a=h:1,b=h:4").isSingle()).isFalse();
        assertThat(sound("a=h:1,b=h:4,c=h:7/witness").isSingle()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.1:9000 | \"10.0.0.1:9000\" is no member; one is written name=host:port",
                "=h:1 | \"\" cannot be a member's name",
                "a b=h:1 | \"a b\" cannot be a member's name: a name has up to 64 letters, digits, '-' and '_'",
                "ä=h:1 | cannot be a member's name",
                "a= | the address of a is \"\"; it is written host:port",
                "a=h | the address of a is \"h\"",
                "a=h:0 | the address of a is \"h:0\"",
                "a=h:65534 | with a port from 1 to 65533",
                "a=fe80::1:9 | an IPv6 address in brackets",
                "a#0=h:1 | the number of a is \"0\"; it must be from 1 to 255",
                "a#256=h:1 | the number of a is \"256\"",
                "a#x=h:1 | the number of a is \"x\"",
                "a#=h:1 | the number of a is \"\"",
                "a=h:1/wittness | a ends with /wittness; what may stand there is /witness or /observer",
                "a=h:1/ | a ends with /;"
            })
    void whatIsNoMemberIsToldHowOneIsWritten(String written, String said) {
        isRefused(written, said);
    }

    @Test
    void everyEntryMustBeOne() {
        isRefused("a=h:1,", "\"\" is no member");
        isRefused("a=h:1,,b=h:7", "\"\" is no member");
        isRefused(" ", "members is empty");
        isRefused("x,a#0=h:1,b=c", "\"x\" is no member", "the number of a", "the address of b");
    }

    @Test
    void noTwoMembersHaveAnythingInCommon() {
        isRefused("a=h:1,a=g:1", "the name a is listed twice");
        isRefused("a#2=h:1,b=g:1", "a and b have the number 2");
        isRefused("a=h:10,b=H:10", "a and b would share ports of h: each uses its own and the next two");
        isRefused("a=h:10,b=h:12", "here from 10 and from 12");
        isRefused("a=h:10,b#1=h:8", "have the number 1", "here from 10 and from 8");
        sound("a=h:10,b=h:13,c=g:10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=h:1,b=h:11/witness", "a=h:1,b=h:11,c=h:21,d=h:31/witness"})
    void aWitnessGoesWithTwoDataNodes(String written) {
        isRefused(written, "one witness goes with exactly two data nodes");
    }

    @Test
    void thereIsOneWitnessAtMostAndOneDataNodeAtLeast() {
        isRefused("a=h:1,b=h:11,c=h:21/witness,d=h:31/witness", "members has 2 data nodes and 2 witnesses");
        isRefused("a=h:1/observer", "members has no data node");
        isRefused("a=h:1/witness", "members has no data node");
        sound("a=h:1,b=h:11,c=h:21/witness,d=h:31/observer");
    }

    @Test
    void aClusterHasUpTo255Members() {
        String most = IntStream.rangeClosed(1, 255)
                .mapToObj(i -> "n" + i + "=h" + i + ":1")
                .collect(Collectors.joining(","));
        assertThat(sound(most).members()).hasSize(255);
        isRefused(most + ",o=o:1", "members lists 256; a cluster has at most 255");
    }

    @Test
    void aNodeIsNotMissedWhereItsEntryCannotBeRead() {
        MemberList.parse("b", "a=h:1,b=nowhere", mistakes);
        assertThat(mistakes).singleElement().asString().contains("the address of b");
        mistakes.clear();
        MemberList.parse("x", "a=h:1,a=g:1", mistakes);
        assertThat(mistakes).hasSize(2).last().asString().contains("node is \"x\"");
    }

    @Test
    void anAddressWithoutANameIsNone() {
        assertThatThrownBy(() -> ListedMember.ofAddress(4, "h:1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the address of node 4 is \"h:1\"; it is written name=host:port");
    }
}
