package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.ActRefused;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Safety lines 2, 11, 16, 17 and 31 where a ballot or orphans cannot be written or read: no step is left half done for want
 * of room, a force that fails ends the process, and whoever has lost its ballot is nobody.
 */
final class SafetyOfSmallFilesTest {
    private static final int MANY_ACTS = 2_000;

    private final ScriptedCluster c = ScriptedCluster.of(3);

    /** Node 1 is primary, and proposes a CONFIG that nobody hears; node 2 is primary after it, and node 1 knows. */
    private FrameRef configOfOneThatIsCut() {
        c.reign(1, 2, 3);
        c.flushAll();
        c.isolate(1);
        c.act(1, replica -> replica.acts().setMode(Mode.ASYNC));
        FrameRef config = c.last(1);
        c.elect(2, 3);
        c.settle();
        c.hold(2, 1);
        c.rejoin(1);
        c.tick(30);
        c.deliver(2, 1, Kind.HEARTBEAT);
        assertThat(c.term(1)).isEqualTo(c.term(2));
        return config;
    }

    /** Line 31: the cut is done, so the state machine and the operator must hear of it, note or no note. */
    @Test
    void aCutIsToldThoughThereIsNoRoomToNoteWhatIsInForceAfterIt() {
        FrameRef config = configOfOneThatIsCut();
        c.disk(1).device().fullFor(EnumSet.of(SmallFile.BALLOT));
        c.release(2, 1);
        c.settle();
        assertThat(c.disk(1).holds(config)).isFalse();
        assertThat(c.heard(1).rolledBack).containsExactly(config.index() - 1);
        assertThat(c.heard(1).orphaned).hasSize(1);
        assertThat(c.ballot(1).configIndex()).isEqualTo(config.index());
        long before = c.links.sent().size();
        c.settle();
        assertThat(c.sentBy(1, Kind.APPEND_REPLY))
                .as("what it acknowledges without having noted it")
                .noneMatch(each -> each.number() >= before && each.appendReply().verdict() == 0);
        c.disk(1).device().full(false);
        long index = c.commit(2);
        assertThat(c.ballot(1).configIndex()).isLessThan(config.index());
        assertThat(c.last(1).index()).isEqualTo(index);
    }

    @Test
    void nothingIsCutBeforeItsOrphansHaveRoom() {
        FrameRef config = configOfOneThatIsCut();
        c.disk(1).device().fullFor(EnumSet.of(SmallFile.ORPHANS));
        c.release(2, 1);
        c.pass(300);
        assertThat(c.disk(1).holds(config)).isTrue();
        c.disk(1).device().full(false);
        c.pass(300);
        assertThat(c.last(1)).isEqualTo(c.last(2));
        assertThat(c.disk(1).orphans()).containsExactly(config);
    }

    /** Line 16: what was moved aside is not known to be on the device, so it is not cut. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsCutBeforeItsOrphansAreForced(boolean isThereAfterwards) {
        FrameRef config = configOfOneThatIsCut();
        c.disk(1).device().failNextForceOf(SmallFile.ORPHANS, isThereAfterwards);
        c.release(2, 1);
        c.settle();
        assertThat(c.node(1).failure).isInstanceOf(StorageException.ForceFailed.class);
        assertThat(c.disk(1).holds(config)).isTrue();
        c.start(1);
        c.pass(300);
        assertThat(c.last(1)).isEqualTo(c.last(2));
        assertThat(c.disk(1).orphans()).contains(config);
    }

    /** Line 16: the node stops before it says anything, and is bound by whichever ballot is there afterwards. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBallotWhoseForceFailsStopsTheNodeAndEitherOneBindsItAfterwards(boolean isThereAfterwards) {
        c.askForPreVotes(1);
        c.deliver(1, 3, Kind.VOTE_REQUEST);
        c.deliver(3, 1, Kind.VOTE_REPLY);
        c.disk(3).device().failNextForceOf(SmallFile.BALLOT, isThereAfterwards);
        long term = c.term(3);
        long before = c.links.sent().size();
        c.deliver(1, 3, Kind.VOTE_REQUEST);
        assertThat(c.node(3).failure).isInstanceOf(StorageException.ForceFailed.class);
        assertThat(c.links.sent().stream().filter(each -> each.number() >= before && each.from() == 3))
                .isEmpty();
        c.start(3);
        assertThat(c.term(3)).isEqualTo(isThereAfterwards ? c.term(1) : term);
        c.elect(1, 3);
        c.commit(1);
    }

    /** There is no room to note that it elects itself: it has asked nobody, and is there when there is room again. */
    @Test
    void whoCannotElectItselfWhenItIsToTakeOverGoesOn() {
        c.reign(1, 2, 3);
        c.disk(3).device().full(true);
        c.act(1, replica -> replica.acts().transfer(3));
        c.turn(1);
        c.deliver(1, 3, Kind.TAKE_OVER);
        assertThat(c.replica(3).role()).isEqualTo(Role.CANDIDATE);
        c.isolate(3);
        c.rejoin(3);
        assertThat(c.sentBy(3, Kind.VOTE_REQUEST)).isEmpty();
        c.disk(3).device().full(false);
        c.pass(500);
        assertThat(c.last(3)).isEqualTo(c.last(1));
    }

    /** Line 11: the log does not begin behind a snapshot whose configuration nobody has taken over. */
    @Test
    void aSnapshotIsInstalledWholeOnceThereIsRoomToNoteItsConfiguration() {
        c.reign(1, 2, 3);
        c.kill(3);
        c.act(1, replica -> replica.acts().setMode(Mode.ASYNC));
        c.settle();
        c.commit(1);
        c.flushAll();
        FrameRef snapshot = c.snapshot(1);
        c.compact(1, snapshot);
        c.start(3);
        c.disk(3).device().full(true);
        c.pass(400);
        assertThat(c.disk(3).base()).isEqualTo(FrameRef.ORIGIN);
        c.disk(3).device().full(false);
        c.pass(400);
        assertThat(c.heard(3).installed).containsExactly(snapshot);
        assertThat(c.disk(3).base()).isEqualTo(snapshot);
        assertThat(c.replica(3).config().mode()).isEqualTo(Mode.ASYNC);
    }

    /** Whatever is tried again and again for want of room takes none away from what is not. */
    @Test
    void aConfigurationThatCannotBeNotedKeepsNoRoomInTheLog() {
        c.reign(1, 2, 3);
        c.disk(1).device().full(true);
        for (int i = 0; i < MANY_ACTS; i++) {
            c.act(
                    1,
                    replica -> assertThatThrownBy(() -> replica.acts().setMode(Mode.ASYNC))
                            .isInstanceOf(ActRefused.class));
        }
        c.disk(1).device().full(false);
        c.act(1, replica -> replica.acts().setMode(Mode.ASYNC));
        c.settle();
        assertThat(c.replica(3).config().mode()).isEqualTo(Mode.ASYNC);
    }

    /** Line 17: what it has promised nobody knows, so it comes back as somebody else, with nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNodeWithoutItsBallotIsAnotherOneAndCountsForNothing(boolean isDamaged) {
        c.reign(1, 2, 3);
        c.commit(1);
        Identity before = c.ballot(3).identity();
        c.kill(3);
        if (isDamaged) {
            c.disk(3).files().ballot().damage();
        } else {
            c.disk(3).files().ballot().lose();
        }
        c.start(3);
        c.isolate(2);
        assertThat(c.ballot(3).identity()).isNotEqualTo(before);
        assertThat(c.replica(3).role()).isEqualTo(Role.UNBORN);
        assertThat(c.last(3)).isEqualTo(FrameRef.ORIGIN);
        assertThat(c.disk(3).lostIdentities()).isEqualTo(1);
        long commit = c.commitOf(1);
        c.propose(1);
        c.settle();
        assertThat(c.commitOf(1)).isEqualTo(commit);
        assertThat(c.replica(3).role()).isEqualTo(Role.UNBORN);
    }
}
