package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.FrameRef;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Safety line 28 where a node cannot end what it has begun: it yields to another epoch, is no member there, and there is no
 * room, or it dies. Nobody there says anything to it by himself, so it asks, and no more often than it beats.
 */
final class SafetyOfYieldingTest {
    private static final int TURNS = 200;

    private final ScriptedCluster c = ScriptedCluster.of(3);
    private FrameRef lost;

    /** Node 3 goes on without the others; node 1 comes back, and has frames that were committed in the epoch before. */
    @BeforeEach
    void nodeThreeFoundsAnEpoch() {
        c.reign(1, 2, 3);
        c.isolate(3);
        lost = c.disk(1).holding(c.commit(1));
        for (int i = 0; i < 5; i++) {
            c.commit(1);
        }
        c.kill(1);
        c.kill(2);
        SafetyOfEpochsTest.promote(c, 3, List.of(1, 2));
        SafetyOfEpochsTest.commitAlone(c, 3);
        c.start(1);
    }

    private void checkThatItHasYielded() {
        assertThat(c.disk(1).holds(lost)).isFalse();
        assertThat(c.disk(1).orphans()).contains(lost);
        assertThat(c.ballot(1).recovering()).isFalse();
        assertThat(c.replica(1).term().epoch()).isEqualTo(c.replica(3).term().epoch());
    }

    @Test
    void whoDiesBeforeThereIsRoomForTheCutYieldsOnceItIsBackAndHasRoom() {
        c.disk(1).device().logFull(true);
        c.rejoin(3);
        c.pass(300);
        assertThat(c.disk(1).holds(lost)).isTrue();
        c.kill(1);
        c.disk(1).device().logFull(false);
        c.start(1);
        c.pass(300);
        checkThatItHasYielded();
    }

    /** All is cut, and there is no room to note so. */
    @Test
    void whoHasNoRoomForItsBallotNotesThatItHasYieldedOnceItHas() {
        c.disk(1).device().leaveRoomFor(SmallFile.BALLOT, 1);
        c.rejoin(3);
        c.pass(300);
        assertThat(c.disk(1).holds(lost)).isFalse();
        assertThat(c.ballot(1).recovering()).isTrue();
        c.disk(1).device().full(false);
        c.pass(300);
        checkThatItHasYielded();
    }

    /** What it tries costs the device something, and what it tells keeps the state machine busy. */
    @Test
    void whoCannotYieldYetTriesItNoMoreOftenThanItBeats() {
        c.disk(1).device().leaveRoomFor(SmallFile.BALLOT, 1);
        c.rejoin(3);
        c.pass(300);
        int tries = c.node(1).ballotWrites;
        int notices = c.sentBy(1, Kind.EPOCH_NOTICE).size();
        for (int i = 0; i < TURNS; i++) {
            c.turn(1);
            c.deliverAll();
        }
        assertThat(c.node(1).ballotWrites - tries).isLessThanOrEqualTo(1);
        assertThat(c.sentBy(1, Kind.EPOCH_NOTICE).size() - notices).isLessThanOrEqualTo(2); // to each of the others
    }

    /** What is kept aside is not kept again with each try: that would take the room that comes. */
    @Test
    void whatIsKeptAsideWhileThereIsRoomForPartOfItIsKeptOnce() {
        c.disk(1).device().leaveRoomFor(SmallFile.ORPHANS, 3);
        c.rejoin(3);
        c.pass(300);
        assertThat(c.disk(1).holds(lost)).isTrue();
        assertThat(c.disk(1).orphans()).hasSizeLessThanOrEqualTo(3);
        c.disk(1).device().leaveRoomFor(SmallFile.ORPHANS, 1);
        c.pass(300);
        assertThat(c.disk(1).orphans()).hasSizeLessThanOrEqualTo(4);
        c.disk(1).device().full(false);
        c.pass(300);
        checkThatItHasYielded();
        assertThat(c.disk(1).orphans()).doesNotHaveDuplicates();
        assertThat(c.heard(1).orphaned).hasSize(1);
        assertThat(c.disk(1).orphans())
                .hasSize((int) (c.heard(1).orphaned.get(0).lastIndex() - lost.index() + 1));
    }
}
