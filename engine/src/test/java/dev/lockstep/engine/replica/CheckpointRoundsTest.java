package dev.lockstep.engine.replica;

import static dev.lockstep.engine.replica.CoreOfOne.HEARTBEAT_NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CheckpointRoundsTest {
    /** Nodes 1 to 3, all of which vote and keep the log. */
    private static final Config CONFIG = ConfigTest.ofVoters(3);

    private final CoreOfOne one = new CoreOfOne();
    private Standbys standbys;
    private Standby two;
    private Standby three;
    private Handover handover;
    private Sequencer sequencer;
    private CheckpointRounds rounds;

    @BeforeEach
    void begin() {
        one.at(0, 0);
        one.beIn(CONFIG, 1);
        one.up(2, 1);
        one.up(3, 1);
        standbys = new Standbys(one.core);
        standbys.onConfigs();
        two = standbys.at(2);
        three = standbys.at(3);
        handover = new Handover(one.core);
        sequencer = new Sequencer(
                one.core,
                new Replicator(one.core, standbys, new OfferedSnapshots(one.core, standbys, new HeardCheckpoints())),
                new ClusterTime(one.core, 0));
        rounds = new CheckpointRounds(one.core, standbys, sequencer, handover, new HeardCheckpoints());
        FrameRef last = one.append(1, 9);
        for (Standby each : new Standby[] {two, three}) {
            each.pace(Standby.Pace.LIVE);
            each.isWhole = true;
            each.matchedIndex = last.index();
        }
        one.core.commitTo(last.index());
    }

    private boolean beat() {
        one.pass(HEARTBEAT_NS);
        return rounds.onBeat(true);
    }

    private CheckpointVotes proposed() {
        Frame frame = one.core.log.frameAt(one.core.log.lastIndex());
        assertThat(frame.type()).isEqualTo(FrameType.CHECKPOINT);
        frame.rewind();
        frame.nextCommand();
        return CheckpointVotes.decode(frame.buffer(), frame.commandOffset(), frame.commandLength());
    }

    @Test
    void theLogSaysWhatAllHaveSaidOnceTheyHaveAndThenNoMore() {
        one.applying.checkpoint = new Checkpoint(5, 70);
        two.checkpoints.hear(5, 70, 0);
        assertThat(beat()).isFalse();
        one.applying.checkpoint = new Checkpoint(7, 71); // meanwhile
        three.checkpoints.hear(5, 69, 0);
        assertThat(beat()).isTrue();
        assertThat(proposed()).hasToString("at index 5: node 1 says 46, node 2 says 46, node 3 says 45");
        assertThat(proposed().needed()).isEqualTo(2);
        assertThat(beat()).isFalse();
        two.checkpoints.hear(7, 71, 0);
        three.checkpoints.hear(7, 71, 0);
        assertThat(beat()).isTrue();
        assertThat(proposed().index()).isEqualTo(7);
    }

    @Test
    void whoDoesNotTellInTimeIsNotWaitedFor() {
        one.applying.checkpoint = new Checkpoint(5, 70);
        two.checkpoints.hear(5, 70, 0);
        int beats = 1;
        while (!beat()) {
            beats++;
        }
        assertThat(beats).isBetween(5, 7);
        assertThat(proposed().nodes()).containsExactly(1, 2);
    }

    /** The others' states are compared, and this one's too once it has come so far. */
    @Test
    void whoIsAlwaysLateIsComparedLaterIfItIsNeeded() {
        three.pace(Standby.Pace.PROBE);
        int proposals = 0;
        for (int beat = 0; beat < 400; beat++) {
            long index = 1L + beat / 35;
            one.core.commitTo(Math.max(9, one.core.log.lastIndex()));
            one.applying.checkpoint = new Checkpoint(index, 70);
            two.checkpoints.hear(index - 2, 70, 0); // two seconds
            proposals += beat() ? 1 : 0;
        }
        assertThat(proposals).isBetween(8, 10);
        assertThat(two.soundIndex).isEqualTo(10);
    }

    @Test
    void whoIsAlwaysLateIsFoundRightThoughItIsNotNeeded() {
        for (int beat = 0; beat < 400; beat++) {
            long index = 1L + beat / 35;
            one.core.commitTo(Math.max(9, one.core.log.lastIndex()));
            one.applying.checkpoint = new Checkpoint(index, 70);
            two.checkpoints.hear(index, 70, 0);
            three.checkpoints.hear(index - 2, 70, 0);
            beat();
        }
        assertThat(three.soundIndex).isEqualTo(10);
    }

    /** Two disagree, and the third one, which says who is right, is always late. */
    @Test
    void whatIsDisputedIsDecidedOnceWhoeverIsLateTells() {
        int decided = 0;
        int disputed = 0;
        for (int beat = 0; beat < 400; beat++) {
            long index = 1L + beat / 35;
            one.core.commitTo(Math.max(9, one.core.log.lastIndex()));
            one.applying.checkpoint = new Checkpoint(index, 70);
            two.checkpoints.hear(index, 71, 0);
            three.checkpoints.hear(index - 2, 70, 0);
            if (beat()) {
                decided += proposed().isDecided() ? 1 : 0;
                disputed += proposed().isDecided() ? 0 : 1;
            }
        }
        assertThat(decided).isBetween(8, 10);
        assertThat(disputed).isBetween(10, 12);
        assertThat(proposed().isDisputed()).isTrue();
        assertThat(three.soundIndex).isEqualTo(10);
        assertThat(two.soundIndex).isZero();
    }

    /** In the reign before most have said the same; who said so is not there just now. */
    @Test
    void whatWasDecidedBeforeIsNotDisputedAnew() {
        one.applying.checkpoint = new Checkpoint(5, 70);
        one.applying.provenIndex = 5;
        two.checkpoints.hear(5, 71, 0);
        three.pace(Standby.Pace.PROBE);
        for (int i = 0; i < 20; i++) {
            assertThat(beat()).isFalse();
        }
    }

    @Test
    void whatANodeSaidBeforeItsStateWasAnotherOneIsForgotten() {
        HeardCheckpoints heard = two.checkpoints;
        heard.hear(5, 70, 0);
        heard.hear(7, 71, 0);
        heard.hear(7, 72, 0);
        assertThat(heard.tells(7, 72)).isTrue();
        assertThat(heard.has(5)).isFalse();
        heard.hear(0, 0, 0);
        assertThat(heard.newestIndex()).isZero();
        heard.hear(6, 70, 0);
        assertThat(heard.tells(6, 70)).isTrue();
    }

    @Test
    void anObserverDecidesNothingButWhatItSaysMayBeRight() {
        Config withObserver = CONFIG.withAdded(new Member(4, new Identity(104), MemberKind.OBSERVER, ""));
        one.append(9, withObserver);
        standbys.onConfigs();
        one.up(4, 1);
        Standby four = standbys.at(4);
        three.pace(Standby.Pace.PROBE);
        two.pace(Standby.Pace.PROBE);
        one.applying.checkpoint = new Checkpoint(5, 70);
        four.checkpoints.hear(5, 70, 0);
        assertThat(beat()).isFalse();
        four.checkpoints.hear(7, 71, 0);
        one.applying.checkpoint = new Checkpoint(7, 70);
        assertThat(beat()).isTrue();
        assertThat(proposed()).hasToString("at index 7: node 1 says 46, observer 4 says 47");
        assertThat(proposed().isDecided()).isFalse();
        two.checkpoints.hear(7, 70, 0);
        assertThat(beat()).isTrue();
        assertThat(proposed()).hasToString("at index 7: node 1 says 46, node 2 says 46, observer 4 says 47");
        assertThat(proposed().decided()).isEqualTo(70);
    }

    @Test
    void whoIsNotLiveIsNotWaitedFor() {
        one.applying.checkpoint = new Checkpoint(5, 70);
        two.checkpoints.hear(5, 70, 0);
        three.pace(Standby.Pace.CATCH_UP);
        assertThat(beat()).isTrue();
    }

    @Test
    void whatOneAloneSaysIsNotWorthAFrame() {
        one.applying.checkpoint = new Checkpoint(5, 70);
        two.pace(Standby.Pace.PROBE);
        three.pace(Standby.Pace.PROBE);
        assertThat(beat()).isFalse();
        assertThat(one.core.log.lastIndex()).isEqualTo(9);
    }

    @Test
    void whatIsAheadOfTheCommitIsNotCompared() {
        one.applying.checkpoint = new Checkpoint(10, 70);
        two.checkpoints.hear(10, 70, 0);
        three.checkpoints.hear(10, 70, 0);
        assertThat(beat()).isFalse();
    }

    @Test
    void whileNothingMayBeProposedCheckpointsPassAndTheNewestIsNext() {
        for (long index = 1; index <= 9; index++) {
            one.applying.checkpoint = new Checkpoint(index, 70);
            two.checkpoints.hear(index, 70, 0);
            three.checkpoints.hear(index, 70, 0);
            one.pass(HEARTBEAT_NS);
            rounds.onBeat(false);
        }
        assertThat(beat()).isTrue();
        assertThat(proposed().index()).isEqualTo(9);
    }

    /** A replay may come to something else, and what the log says of that is still to come. */
    @Test
    void whoHasNotAppliedWhatWasThereBeforeTheReignTellsNothing() {
        CheckpointRounds later = new CheckpointRounds(one.core, standbys, sequencer, handover, new HeardCheckpoints());
        one.applying.checkpoint = new Checkpoint(5, 70);
        two.checkpoints.hear(5, 70, 0);
        three.checkpoints.hear(5, 70, 0);
        one.applying.appliedIndex = 9;
        one.pass(HEARTBEAT_NS);
        assertThat(later.onBeat(true)).isFalse();
        one.applying.appliedIndex = 10;
        assertThat(later.onBeat(true)).isTrue();
    }

    @Test
    void aSnapshotIsTrustedOnceTheStateOfWhoTookItWasRightSince() {
        assertThat(rounds.vets(two, 6)).as("nothing is compared").isTrue();
        one.applying.checkpoint = new Checkpoint(5, 70);
        two.checkpoints.hear(5, 70, 0);
        three.checkpoints.hear(5, 69, 0);
        assertThat(beat()).isTrue();
        assertThat(rounds.vets(two, 4)).isTrue();
        assertThat(rounds.vets(two, 5)).isFalse();
        assertThat(rounds.vets(three, 4)).isFalse();
    }

    /** Or a snapshot of an idle cluster would never be trusted. */
    @Test
    void whereNothingHappensAFrameIsMadeForASnapshotToBeComparedAndNotForEver() {
        one.applying.maySumUp = true;
        one.snapshots.keep(one.core.log.last(), CONFIG);
        int made = 0;
        for (int i = 0; i < 300; i++) {
            made += beat() ? 1 : 0;
        }
        assertThat(made).isEqualTo(3);
        assertThat(one.core.log.frameAt(one.core.log.lastIndex()).type()).isEqualTo(FrameType.TIMER);
    }

    /** What the nodes could not agree on may be settled, and nobody would know. */
    @Test
    void soItIsOnceSomebodyHasHadItsStateBuiltAnew() {
        one.applying.maySumUp = true;
        two.snapshotNeed = SnapshotNeed.REBUILDING;
        for (int i = 0; i < 100; i++) {
            assertThat(beat()).isFalse();
        }
        two.snapshotNeed = SnapshotNeed.NONE;
        int made = 0;
        for (int i = 0; i < 300; i++) {
            made += beat() ? 1 : 0;
        }
        assertThat(made).isEqualTo(3);
    }

    @Test
    void whereNobodyKeepsASnapshotNoneIs() {
        one.applying.maySumUp = true;
        for (int i = 0; i < 100; i++) {
            assertThat(beat()).isFalse();
        }
    }

    @Test
    void whereItWasComparedNoneIs() {
        one.snapshots.keep(one.core.log.last(), CONFIG);
        one.core.commitTo(one.append(1, 1).index());
        one.applying.checkpoint = new Checkpoint(10, 70);
        two.pace(Standby.Pace.PROBE);
        three.pace(Standby.Pace.PROBE);
        for (int i = 0; i < 100; i++) {
            assertThat(beat()).isFalse();
        }
    }

    @Test
    void soItIsIfThatOneTellsLateAndWasRight() {
        one.applying.checkpoint = new Checkpoint(5, 70);
        two.checkpoints.hear(5, 70, 0);
        three.pace(Standby.Pace.CATCH_UP);
        assertThat(beat()).isTrue();
        three.checkpoints.hear(4, 1, 0);
        three.checkpoints.hear(5, 70, 0);
        beat();
        assertThat(rounds.vets(three, 4)).isTrue();
    }

    @Test
    void whateverAPrimaryKnowsOfItselfWhatOthersSayIsEnoughToCompare() {
        two.checkpoints.hear(5, 70, 0);
        assertThat(rounds.vets(three, 3))
                .as("it loads its state, and has summed up nothing yet")
                .isFalse();
    }

    @Test
    void whoAppliesNothingIsNotWaitedFor() {
        one.applying.checkpoint = new Checkpoint(5, 70);
        two.checkpoints.hear(5, 70, 0);
        three.snapshotNeed = SnapshotNeed.UNABLE;
        assertThat(beat()).isTrue();
    }

    @Test
    void oneSilentNodeHoldsUpNoCheckpointForMuchLongerThanItself() {
        int proposals = 0;
        for (int beat = 0; beat < 120; beat++) {
            long index = 1L + beat / 10; // a long heartbeat: ten of them between two checkpoints
            one.core.commitTo(Math.max(9, one.core.log.lastIndex()));
            one.applying.checkpoint = new Checkpoint(index, 70);
            two.checkpoints.hear(index, 70, 0);
            proposals += beat() ? 1 : 0;
        }
        assertThat(proposals).isBetween(10, 12);
    }

    @Test
    void aPrimaryThatWasElectedThoughItHasDriftedHandsOverAndAsksAnotherIfThatFails() {
        one.applying.soundIndex = 0;
        beat();
        int first = two.matchedIndex > 0 && handover.isUnderWay() ? 2 : 3;
        assertThat(handover.isUnderWay()).isTrue();
        one.pass(4 * CoreOfOne.TIMEOUT_NS);
        handover.onTick(standbys);
        assertThat(one.listener.failedTransfers).containsExactly(first);
        beat();
        assertThat(handover.isUnderWay()).isTrue();
        one.pass(4 * CoreOfOne.TIMEOUT_NS);
        handover.onTick(standbys);
        assertThat(one.listener.failedTransfers).containsExactly(first, 5 - first);
    }

    @Test
    void aPrimaryThatHasDriftedHandsOverToOneThatHasNot() {
        one.applying.checkpoint = new Checkpoint(5, 70);
        two.checkpoints.hear(5, 69, 0);
        three.checkpoints.hear(5, 69, 0);
        assertThat(beat()).isTrue();
        assertThat(handover.isUnderWay()).isFalse();
        one.applying.soundIndex = 0;
        three.snapshotNeed = SnapshotNeed.UNABLE;
        beat();
        assertThat(handover.isUnderWay()).isTrue();
        assertThat(one.listener.remarks).anyMatch(each -> each.contains("node 2 takes over"));
    }
}
