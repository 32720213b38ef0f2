package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Mode;
import dev.lockstep.engine.replica.NotingLinks.Said;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.storage.testing.FrameMaker;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What node 1 takes from node 2, the primary of term 5. Its log holds indexes 1 to 3 of term 1, and 4, 5 and 6 of term 2. */
final class LogReceiverTest {
    private static final int PRIMARY = 2;

    private final CoreOfOne one = new CoreOfOne();
    private final CoreOfOne primary = new CoreOfOne(PRIMARY, 1);
    private final NotingStage stage = new NotingStage();
    private final LogReceiver receiver = new LogReceiver(
            one.core, new Cutter(one.core, one.orphans, new Told()), new Damages(one.core, stage), PRIMARY);
    private FrameRef first;
    private FrameRef fourth;
    private FrameRef last;

    @BeforeEach
    void begin() {
        one.beIn(ConfigTest.ofVoters(3), 5);
        primary.beIn(ConfigTest.ofVoters(3), 5);
        first = one.append(1, 3);
        fourth = one.append(2, 1);
        one.append(2, 1);
        last = one.append(2, 1);
    }

    private static FrameMaker frameOf(long term, FrameRef behind) {
        return new FrameMaker(64).after(behind).term(term).next(2, 1);
    }

    private void receive(FrameRef previous, long commit, UnsafeBuffer frame, int length) {
        primary.core.outbox.append(1, previous, commit, frame, 0, length);
        Said said = primary.links.take().get(0);
        receiver.onAppend(said.append(), said.bytes(), Outbox.APPEND_LENGTH, length);
    }

    private void receive(FrameRef previous, FrameMaker maker) {
        receive(previous, 0, maker.buffer(), maker.length());
    }

    private void probe(FrameRef previous) {
        receive(previous, 0, null, 0);
    }

    private List<String> said() {
        return one.links.takeWords();
    }

    private List<String> saidInATurn() {
        receiver.acknowledge();
        return said();
    }

    // ---- each verdict

    @Test
    void aFrameBehindTheLastOneIsAppendedAndAcknowledgedOnceATurn() {
        FrameMaker next = frameOf(5, last);
        receive(last, next);
        FrameRef seven = next.ref();
        receive(seven, frameOf(5, seven));
        assertThat(said()).isEmpty();
        assertThat(saidInATurn()).containsExactly("2: MATCHED 10, flushed 10");
        assertThat(saidInATurn()).isEmpty();
    }

    @Test
    void whatComesBehindAFrameThatIsNotHereYetIsAGap() {
        FrameRef beyond = new FrameRef(9, 2, 77);
        receive(beyond, frameOf(5, beyond));
        assertThat(said()).containsExactly("2: GAP 6");
        assertThat(saidInATurn()).isEmpty();
        assertThat(one.core.log.last()).isEqualTo(last);
    }

    @Test
    void whatComesBehindAFrameOfAnotherTermIsOfAnotherHistory() {
        FrameRef other = new FrameRef(5, 3, 77);
        receive(other, frameOf(5, other));
        assertThat(said()).containsExactly("2: OTHER_HISTORY 5");
        assertThat(saidInATurn()).isEmpty();
        assertThat(one.core.log.last()).isEqualTo(last);
    }

    @Test
    void whatComesBehindAFrameThatWasCompactedAwaySaysFromWhereTheLogIsHere() {
        one.journal.compactBelow(5);
        probe(first);
        assertThat(said()).containsExactly("2: BEFORE_BASE 4");
        assertThat(saidInATurn()).isEmpty();
    }

    @Test
    void aFrameOfTheSameTermAndOtherBytesIsDamageAndCutsNothing() {
        FrameRef other = new FrameRef(5, 2, 77);
        probe(other);
        assertThat(said()).containsExactly("2: damage at 5");
        receive(fourth, frameOf(2, fourth));
        assertThat(said()).containsExactly("2: damage at 6");
        assertThat(one.core.log.last()).isEqualTo(last);
        assertThat(one.orphans.kept).isEmpty();
        assertThat(saidInATurn()).containsExactly("2: MATCHED 4, flushed 4");
    }

    @Test
    void whereAFrameOfAnotherTermStandsTheRestIsKeptAsideAndCut() {
        FrameMaker other = frameOf(5, fourth);
        receive(fourth, other);
        assertThat(one.core.log.last()).isEqualTo(other.ref());
        assertThat(one.orphans.kept).hasSize(2).endsWith(last);
        assertThat(saidInATurn()).containsExactly("2: MATCHED 6, flushed 6");
    }

    @Test
    void withoutRoomNothingIsTakenAndNothingIsCut() {
        one.journal.isFull = true;
        receive(last, frameOf(5, last));
        assertThat(saidInATurn()).containsExactly("2: NO_ROOM 6", "2: MATCHED 6, flushed 6");
        receive(fourth, frameOf(5, fourth));
        assertThat(said()).containsExactly("2: NO_ROOM 4");
        assertThat(one.core.log.last()).isEqualTo(last);
        one.journal.isFull = false;
        FrameMaker other = frameOf(5, fourth);
        receive(fourth, other);
        assertThat(one.core.log.last()).isEqualTo(other.ref());
        assertThat(one.orphans.kept).hasSize(2); // once, though it was tried twice
    }

    // ---- what is acknowledged

    @Test
    void onlyWhatIsKnownToBeThePrimarysIsAcknowledged() {
        probe(first);
        assertThat(saidInATurn()).containsExactly("2: MATCHED 3, flushed 3");
        probe(FrameRef.ORIGIN);
        assertThat(saidInATurn()).containsExactly("2: MATCHED 3, flushed 3"); // and that is not taken back
        receive(first, frameOf(2, first));
        said();
        assertThat(saidInATurn()).containsExactly("2: MATCHED 3, flushed 3");
        probe(last);
        assertThat(saidInATurn()).containsExactly("2: MATCHED 6, flushed 6");
    }

    @Test
    void aCommitIsBelievedUpToWhatIsKnownToBeThePrimarys() {
        receive(first, 6, null, 0);
        assertThat(one.core.commit.index()).isEqualTo(3);
        receiver.commitTo(6);
        assertThat(one.core.commit.index()).isEqualTo(3);
        receive(last, 6, null, 0);
        assertThat(one.core.commit.index()).isEqualTo(6);
    }

    @Test
    void whatIsFlushedIsAcknowledgedWhenItIsNewsAndAgainIfItWasNotAccepted() {
        one.journal.isFlushedAtOnce = false;
        receive(last, frameOf(5, last));
        assertThat(saidInATurn()).containsExactly("2: MATCHED 8, flushed 6");
        one.journal.flush();
        one.links.full(PRIMARY, true);
        assertThat(saidInATurn()).isEmpty();
        one.links.full(PRIMARY, false);
        assertThat(saidInATurn()).containsExactly("2: MATCHED 8, flushed 8");
        assertThat(saidInATurn()).isEmpty();
    }

    @Test
    void aPromiseIsNotedBeforeItLeaves() {
        one.journal.isFlushedAtOnce = false;
        List<Long> noted = new ArrayList<>();
        one.links.whenSaid = () -> noted.add(one.marks.promised());
        receive(last, frameOf(5, last));
        assertThat(one.isDirty()).isFalse();
        receiver.acknowledge();
        assertThat(noted).containsExactly(8L);
        assertThat(one.isDirty()).isTrue();
    }

    @Test
    void whereOnlyWhatIsFlushedCountsOnlyThatIsPromised() {
        Config config = ConfigTest.ofVoters(3);
        one.begin(
                1,
                new Config(
                        config.clusterId(),
                        config.epoch(),
                        config.lineage(),
                        Mode.SYNC,
                        Durability.FLUSHED,
                        1,
                        config.members()));
        one.journal.isFlushedAtOnce = false;
        receive(last, frameOf(5, last));
        assertThat(saidInATurn()).containsExactly("2: MATCHED 8, flushed 6");
        assertThat(one.marks.promised()).isEqualTo(6);
        assertThat(one.isDirty()).isFalse();
    }

    // ---- what is not taken

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 20, 45, 70, -1})
    void aFrameWithAFlippedBitIsNotTaken(int place) {
        FrameMaker next = frameOf(5, last);
        int flipped = Math.floorMod(place, next.length());
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[next.length()]);
        bytes.putBytes(0, next.buffer(), 0, next.length());
        bytes.putByte(flipped, (byte) (bytes.getByte(flipped) ^ 4));
        receive(last, 0, bytes, next.length());
        checkThatItWasNotTaken();
    }

    @Test
    void aFrameThatIsCutShortIsNotTaken() {
        FrameMaker next = frameOf(5, last);
        receive(last, 0, next.buffer(), next.length() - 1);
        checkThatItWasNotTaken();
    }

    @Test
    void aFrameThatDoesNotFollowWhatItIsSaidToFollowIsNotTaken() {
        receive(last, frameOf(5, new FrameRef(6, 2, last.crc() + 1)));
        checkThatItWasNotTaken();
        receive(last, frameOf(5, new FrameRef(7, 2, last.crc())));
        checkThatItWasNotTaken();
        receive(last, frameOf(1, new FrameRef(6, 1, last.crc()))); // of a term before
        checkThatItWasNotTaken();
    }

    /** What comes before it matched, and nothing else did. */
    private void checkThatItWasNotTaken() {
        assertThat(one.core.log.last()).isEqualTo(last);
        assertThat(saidInATurn()).containsExactly("2: MATCHED 6, flushed 6");
        assertThat(one.listener.remarks).isNotEmpty().allMatch(each -> each.contains("was not taken"));
    }

    /** A newer version made it, or nobody: what would come behind it does so under rules that are not known here. */
    @Test
    void aConfigurationThatCannotBeReadIsNotAppendedAndNeitherIsWhatComesBehind() {
        FrameEncoder encoder = new FrameEncoder(256, 64);
        encoder.start(FrameType.CONFIG).term(5).after(last).clusterTimeNs(0).stateMachineVersion(1);
        encoder.add(new UnsafeBuffer(new byte[40]), 0, 40);
        encoder.seal();
        receive(last, 0, new UnsafeBuffer(encoder.buffer(), 0, encoder.length()), encoder.length());
        assertThat(one.core.log.last()).isEqualTo(last);
        assertThat(one.listener.remarks).anyMatch(each -> each.contains("cannot read"));
        assertThat(saidInATurn()).containsExactly("2: MATCHED 6, flushed 6");
    }
}
