package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.replica.Restoration.Founded;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The history of one cluster, said in the name of another. */
final class RestorationTest {
    private static final ClusterId OLD = new ClusterId(1);
    private static final ClusterId NEW = new ClusterId(2);
    private static final long SECOND_EPOCH = (1L << 32) + 5;
    private static final long SECOND_TERM = 1L << 32;
    private static final Member OLD_MEMBER = member(1, 11, "old=127.0.0.1:9000");
    private static final List<Member> NEW_MEMBERS =
            List.of(member(1, 21, "a=127.0.0.1:9000"), member(2, 22, "b=127.0.0.1:9010"));
    private static final List<Skip> SKIPS = List.of(new Skip(2, 3, null, "it cannot be applied"));

    private final Founded founded =
            Founded.after(NEW, SECOND_EPOCH, SECOND_TERM + 7, 9, Durability.FLUSHED, NEW_MEMBERS);
    private final Restoration restoration = new Restoration(founded);

    private static Member member(int node, long identity, String address) {
        return new Member(node, new Identity(identity), MemberKind.VOTER, address);
    }

    private static Config config(long epoch, List<Fork> lineage) {
        return new Config(OLD, epoch, lineage, Mode.ASYNC, Durability.APPENDED, 3, List.of(OLD_MEMBER), SKIPS);
    }

    private static Frame frameOf(FrameEncoder encoder) {
        return new Frame().wrap(encoder.buffer(), 0);
    }

    private static Config configOf(FrameEncoder encoder) {
        return ConfigFrames.configOf(frameOf(encoder)).config();
    }

    private FrameEncoder sayAgain(Config config, long term, FrameRef oldPrevious, FrameRef newPrevious) {
        return restoration.onConfig(frameOf(ConfigFrames.make(config, term, oldPrevious, 77)), newPrevious);
    }

    @Test
    void aConfigurationIsTheSameInTheNewNameWithTheNewMembers() {
        FrameEncoder again = sayAgain(config(1, List.of()), 1, FrameRef.ORIGIN, FrameRef.ORIGIN);
        Config config = configOf(again);
        assertThat(config.clusterId()).isEqualTo(NEW);
        assertThat(config.members()).isEqualTo(NEW_MEMBERS);
        assertThat(config.epoch()).isEqualTo(1);
        assertThat(config.mode()).isEqualTo(Mode.ASYNC);
        assertThat(config.stateMachineVersion()).isEqualTo(3);
        assertThat(config.skips()).isEqualTo(SKIPS);
        assertThat(frameOf(again).term()).isEqualTo(1);
        assertThat(frameOf(again).clusterTimeNs()).isEqualTo(77);
    }

    @Test
    void theFoundingFrameIsOfALaterEpochAndTermThanAllThatIsKnown() {
        sayAgain(config(1, List.of()), 1, FrameRef.ORIGIN, FrameRef.ORIGIN);
        FrameRef last = new FrameRef(40, 1, 1234);
        FrameEncoder founding = restoration.found(last, 99);
        Config config = configOf(founding);
        assertThat(config.epoch()).isEqualTo((2L << 32) + 9).isGreaterThan(SECOND_EPOCH);
        assertThat(frameOf(founding).term()).isEqualTo(2L << 32).isGreaterThan(SECOND_TERM + 7);
        assertThat(frameOf(founding).follows(last.index(), last.term(), last.crc()))
                .isEqualTo(FrameDefect.NONE);
        assertThat(frameOf(founding).clusterTimeNs()).isEqualTo(99);
        assertThat(config.lineage())
                .containsExactly(new Fork(
                        1, last, frameOf(founding).term(), NEW_MEMBERS.get(0).identity()));
        assertThat(config.durability()).isEqualTo(Durability.FLUSHED);
        assertThat(config.members()).isEqualTo(NEW_MEMBERS);
        assertThat(config.skips()).isEqualTo(SKIPS);
    }

    /** A node looks in its log for the frame at which an epoch ended; there it has another checksum. */
    @Test
    void whereAnEpochEndedIsNamedAsItIsInTheNewLog() {
        sayAgain(config(1, List.of()), 1, FrameRef.ORIGIN, FrameRef.ORIGIN);
        FrameRef oldEnd = new FrameRef(30, 2, 1111);
        FrameRef newEnd = new FrameRef(30, 2, 2222);
        Fork fork = new Fork(1, oldEnd, SECOND_TERM, OLD_MEMBER.identity());
        Fork moved = new Fork(1, newEnd, SECOND_TERM, OLD_MEMBER.identity());
        FrameEncoder second = sayAgain(config(SECOND_EPOCH, List.of(fork)), SECOND_TERM, oldEnd, newEnd);
        assertThat(configOf(second).lineage()).containsExactly(moved);
        FrameRef laterOld = new FrameRef(50, SECOND_TERM, 3);
        FrameRef laterNew = new FrameRef(50, SECOND_TERM, 4);
        FrameEncoder third = sayAgain(config(SECOND_EPOCH, List.of(fork)), SECOND_TERM, laterOld, laterNew);
        assertThat(configOf(third).lineage()).containsExactly(moved);
        Config last = configOf(restoration.found(new FrameRef(60, SECOND_TERM, 5), 99));
        assertThat(last.lineage()).hasSize(2).startsWith(moved);
        assertThat(last.lastFork().epoch()).isEqualTo(SECOND_EPOCH);
    }

    @Test
    void aSnapshotIsOfTheSameFrameInTheNewName() {
        ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
        int length = ConfigCodec.encode(new PlacedConfig(4, 2, config(1, List.of())), bytes, 0);
        SnapshotManifest old =
                new SnapshotManifest(new FrameRef(9, 2, 5), OLD, 1, 3, 88, new UnsafeBuffer(bytes, 0, length));
        SnapshotManifest again = restoration.begin(old);
        assertThat(again.cluster()).isEqualTo(NEW);
        assertThat(again.last()).isEqualTo(old.last());
        assertThat(again.epoch()).isEqualTo(1);
        assertThat(again.clusterTimeNs()).isEqualTo(88);
        PlacedConfig placed =
                ConfigCodec.decodePlaced(again.config(), 0, again.config().capacity());
        assertThat(placed.index()).isEqualTo(4);
        assertThat(placed.config().clusterId()).isEqualTo(NEW);
        assertThat(placed.config().members()).isEqualTo(NEW_MEMBERS);
        assertThat(configOf(restoration.found(old.last(), 99)).lastFork().epoch())
                .isEqualTo(1);
    }

    @Test
    void nothingIsFoundedOnAHistoryWithoutAConfiguration() {
        FrameRef last = new FrameRef(1, 1, 1);
        assertThatThrownBy(() -> restoration.found(last, 1)).isInstanceOf(Invariant.Violation.class);
    }
}
