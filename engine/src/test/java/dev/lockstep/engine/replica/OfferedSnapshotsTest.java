package dev.lockstep.engine.replica;

import static dev.lockstep.engine.replica.CoreOfOne.HEARTBEAT_NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OfferedSnapshotsTest {
    private static final Config CONFIG = ConfigTest.ofVoters(3);
    private static final int LONG = 120;

    private final CoreOfOne one = new CoreOfOne();
    private Standbys standbys;
    private final HeardCheckpoints own = new HeardCheckpoints();
    private OfferedSnapshots offered;
    private FrameRef fifth;

    OfferedSnapshotsTest() {
        one.at(0, 0);
        one.beIn(CONFIG, 1);
        one.up(2, 1);
        one.up(3, 1);
        standbys = new Standbys(one.core);
        standbys.onConfigs();
        fifth = one.append(1, 5);
        one.snapshots.keep(fifth, CONFIG);
        offered = new OfferedSnapshots(one.core, standbys, own);
    }

    private FrameRef offeredAfter(int heartbeats) {
        offered.newest();
        for (int i = 0; i < heartbeats; i++) {
            one.pass(HEARTBEAT_NS);
            offered.newest();
        }
        return offered.newest() == null ? null : offered.newest().last();
    }

    private CheckpointVotes dispute(long index) {
        List<Member> members = one.core.config().members();
        return new CheckpointVotes(
                index,
                2,
                2,
                new int[] {1, 2},
                new long[] {
                    members.get(0).identity().value(), members.get(1).identity().value()
                },
                new long[] {7, 8});
    }

    @Test
    void whereNobodySaysWhatItsStateIsTheNewestIsOffered() {
        assertThat(offeredAfter(0)).isEqualTo(fifth);
    }

    @Test
    void whereStatesAreComparedItWaitsForThat() {
        one.applying.maySumUp = true;
        assertThat(offeredAfter(1)).isNull();
        one.applying.provenIndex = 5;
        assertThat(offeredAfter(1)).isNull();
        one.applying.provenIndex = 6;
        assertThat(offeredAfter(1)).isEqualTo(fifth);
    }

    @Test
    void itIsEnoughThatAnotherOneSaysWhatItsStateIs() {
        standbys.at(2).checkpoints.hear(3, 7, 0);
        assertThat(offeredAfter(1)).isNull();
    }

    @Test
    void anOlderOneThatWasComparedIsOfferedMeanwhile() {
        one.applying.maySumUp = true;
        one.applying.provenIndex = 6;
        FrameRef seventh = one.append(1, 2);
        one.snapshots.keepAlso(seventh, CONFIG);
        assertThat(offeredAfter(1)).isEqualTo(fifth);
        one.applying.provenIndex = 8;
        assertThat(offeredAfter(1)).isEqualTo(seventh);
    }

    @Test
    void whereNobodyIsLeftToCompareWithItIsOfferedAfterAWhile() {
        one.applying.maySumUp = true;
        assertThat(offeredAfter(LONG / 2)).isNull();
        assertThat(offeredAfter(LONG)).isEqualTo(fifth);
    }

    /** Who comes back to be offered one is there to compare with. */
    @Test
    void theTimeInWhichNobodyIsThereDoesNotCount() {
        one.applying.maySumUp = true;
        assertThat(offeredAfter(LONG / 2)).isNull();
        one.pass(LONG * HEARTBEAT_NS);
        assertThat(offeredAfter(LONG / 2)).isNull();
        assertThat(offeredAfter(LONG)).isEqualTo(fifth);
    }

    @Test
    void whoeverComesBackIsComparedFirst() {
        one.applying.maySumUp = true;
        assertThat(offeredAfter(LONG / 2)).isNull();
        offered.onLinkUp(3);
        assertThat(offeredAfter(LONG / 2)).isNull();
        assertThat(offeredAfter(LONG)).isEqualTo(fifth);
    }

    @Test
    void whoComesAndGoesAllTheTimeIsWaitedForOnce() {
        one.applying.maySumUp = true;
        offered.onLinkUp(3);
        assertThat(offeredAfter(LONG / 2)).isNull();
        offered.onLinkUp(3);
        assertThat(offeredAfter(LONG / 2)).isEqualTo(fifth);
    }

    /** Or a node whose owner seldom calls would never offer one. */
    @Test
    void shortPausesCount() {
        one.applying.maySumUp = true;
        assertThat(offered.newest()).isNull();
        for (int i = 0; i < LONG / 10; i++) {
            one.pass(10 * HEARTBEAT_NS);
            offered.newest();
        }
        assertThat(offered.newest().last()).isEqualTo(fifth);
    }

    /** Nobody is left to compare with, however often a newer one is taken. */
    @Test
    void aNewerOneDoesNotWaitAnewWhereNothingIsCompared() {
        one.applying.maySumUp = true;
        assertThat(offeredAfter(LONG)).isEqualTo(fifth);
        FrameRef seventh = one.append(1, 2);
        one.snapshots.keep(seventh, CONFIG);
        assertThat(offeredAfter(1)).isEqualTo(seventh);
    }

    @Test
    void onceSomethingWasComparedTheNextOneWaitsForThat() {
        one.applying.maySumUp = true;
        assertThat(offeredAfter(LONG)).isEqualTo(fifth);
        one.applying.provenIndex = 6;
        assertThat(offeredAfter(1)).isEqualTo(fifth);
        one.snapshots.keep(one.append(1, 2), CONFIG);
        assertThat(offeredAfter(1)).isNull();
    }

    @Test
    void whileItIsDisputedNoneIsOfferedThatWasNotRightBefore() {
        one.applying.maySumUp = true;
        one.applying.dispute = dispute(5);
        assertThat(offeredAfter(LONG)).isNull();
        one.applying.provenIndex = 6;
        assertThat(offeredAfter(1)).isEqualTo(fifth);
    }

    /** The log cannot say so: nothing is committed. */
    @Test
    void whileSomebodySaysOtherwiseNoneIsOfferedEither() {
        Standby two = contradict();
        assertThat(offered.newestFor(two)).isNull();
        two.snapshotNeed = SnapshotNeed.REBUILDING;
        assertThat(offeredAfter(LONG)).as("it is to have this one").isEqualTo(fifth);
        two.snapshotNeed = SnapshotNeed.UNABLE;
        assertThat(offeredAfter(LONG)).as("it has stopped, and may be right").isNull();
        one.applying.provenIndex = 4;
        assertThat(offeredAfter(LONG)).as("most have said the same").isEqualTo(fifth);
        one.applying.provenIndex = 0;
        assertThat(offeredAfter(LONG)).isNull();
        two.endIndex = 3;
        assertThat(offeredAfter(LONG)).as("it has that no more").isEqualTo(fifth);
        two.endIndex = Standby.UNKNOWN;
        own.hear(5, 70, 0);
        two.checkpoints.hear(5, 70, 0);
        assertThat(offeredAfter(LONG)).as("it says the same").isEqualTo(fifth);
    }

    private Standby contradict() {
        one.applying.maySumUp = true;
        own.hear(4, 70, 0);
        Standby two = standbys.at(2);
        two.checkpoints.hear(4, 71, 0);
        assertThat(offeredAfter(LONG)).isNull();
        return two;
    }

    @Test
    void whoHasComeWithAnotherDiskSaysNothingOtherwiseAnyMore() {
        contradict();
        one.replace(2);
        assertThat(offeredAfter(LONG)).isEqualTo(fifth);
    }

    @Test
    void whoSaysOtherwiseIsWaitedForHoweverOftenItStarts() {
        Standby two = contradict();
        for (int i = 0; i < 3; i++) {
            two.checkpoints.clear();
            offered.onLinkUp(2);
            assertThat(offeredAfter(LONG / 2)).isNull();
            two.checkpoints.hear(4, 71, 0);
            assertThat(offeredAfter(LONG)).isNull();
        }
    }

    @Test
    void aPrimaryThatHasDriftedOffersNone() {
        one.applying.maySumUp = true;
        one.applying.soundIndex = 3;
        assertThat(offeredAfter(LONG)).isNull();
    }

    @Test
    void whoHasComeWithAnotherDiskDisputesNothingAnyMore() {
        one.applying.maySumUp = true;
        one.applying.dispute = dispute(5);
        one.replace(2);
        assertThat(offeredAfter(LONG)).isEqualTo(fifth);
    }

    @Test
    void whoseLogEndsBeforeThatDisputesNothingAnyMore() {
        one.applying.maySumUp = true;
        one.applying.dispute = dispute(5);
        standbys.at(2).endIndex = 5;
        assertThat(offeredAfter(LONG)).isNull();
        standbys.at(2).endIndex = 4;
        assertThat(offeredAfter(LONG)).isEqualTo(fifth);
    }

    @Test
    void whatWasDisputedBeforeAnEpochWasFoundedIsDecided() {
        one.applying.maySumUp = true;
        one.applying.dispute = dispute(5);
        Fork fork = new Fork(1, fifth, 6, new Identity(101));
        one.append(6, CONFIG.founding(7, fork, Set.of(1, 2, 3)));
        assertThat(offeredAfter(LONG)).isEqualTo(fifth);
    }

    @Test
    void whoseStateIsToBeThePrimarysGetsItThoughNobodyKnowsWhoIsRight() {
        one.applying.maySumUp = true;
        one.applying.dispute = dispute(5);
        Standby two = standbys.at(2);
        assertThat(offered.newestFor(two)).isNull();
        two.snapshotNeed = SnapshotNeed.REBUILDING;
        assertThat(offered.newestFor(two).last()).isEqualTo(fifth);
    }
}
