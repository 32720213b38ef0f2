package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Position;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.PositionState;
import dev.lockstep.storage.FrameRef;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** PROTOCOL A: what a reader was given is of a node's history, or is known not to be. */
final class SafetyOfPositionsTest {
    private final ScriptedCluster c = ScriptedCluster.of(3);

    private Position position(int node, FrameRef frame) {
        return new Position(frame.index(), frame.term(), c.replica(node).term().epoch());
    }

    private PositionState stateOf(int node, Position position) {
        return c.replica(node).stateOf(position);
    }

    @Test
    void aPositionIsAheadUntilItsFrameComesAndHeldFromThenOn() {
        c.reign(1, 2, 3);
        FrameRef before = c.last(1);
        c.hold(1, 3);
        c.commit(1);
        Position position = position(1, c.last(1));
        assertThat(stateOf(1, position)).isEqualTo(PositionState.HELD);
        assertThat(stateOf(2, position)).isEqualTo(PositionState.HELD);
        assertThat(stateOf(3, position)).isEqualTo(PositionState.AHEAD);
        assertThat(stateOf(3, position(3, before))).isEqualTo(PositionState.HELD);
        c.release(1, 3);
        c.settle();
        assertThat(stateOf(3, position)).isEqualTo(PositionState.HELD);
        c.commit(1);
        assertThat(stateOf(3, position)).isEqualTo(PositionState.HELD);
    }

    @Test
    void whatOnlyADeposedPrimaryHadIsLostWhereverAnotherFrameStandsThere() {
        c.reign(3, 1);
        c.hold(3, 1);
        c.hold(3, 2);
        c.propose(3);
        c.propose(3);
        Position first = position(3, c.disk(3).holding(c.last(3).index() - 1));
        Position second = position(3, c.last(3));
        assertThat(stateOf(1, second)).isEqualTo(PositionState.AHEAD); // for all that node 1 knows
        c.isolate(3);
        c.elect(1, 2);
        c.settle();
        assertThat(c.last(1).index()).isEqualTo(first.index());
        assertThat(stateOf(1, first)).isEqualTo(PositionState.LOST);
        assertThat(stateOf(1, second)).isEqualTo(PositionState.LOST); // it would stand behind a later term
        assertThat(stateOf(3, second)).isEqualTo(PositionState.HELD);
        c.release(3, 1);
        c.release(3, 2);
        c.rejoin(3);
        c.settle();
        assertThat(stateOf(3, first)).isEqualTo(PositionState.LOST);
        assertThat(stateOf(3, second)).isEqualTo(PositionState.LOST);
    }

    @Test
    void whatWasCompactedAwayIsHeld() {
        c.reign(1, 2, 3);
        c.commit(1);
        Position position = position(1, c.last(1));
        c.commit(1);
        c.flush(1);
        c.compact(1, c.snapshot(1));
        assertThat(c.disk(1).base().index()).isGreaterThan(position.index());
        assertThat(stateOf(1, position)).isEqualTo(PositionState.HELD);
        Position another = new Position(position.index(), position.term() + 1, position.epoch());
        assertThat(stateOf(1, another)).isEqualTo(PositionState.LOST);
    }

    @Test
    void anEpochHoldsWhatItsParentHadUpToTheForkAndNothingOfWhatCameBeyond() {
        c.reign(1, 2, 3);
        Position shared = position(1, c.last(1));
        c.isolate(3);
        c.commit(1);
        Position beyond = position(1, c.last(1));
        c.isolate(1);
        c.pass(150);
        c.act(3, replica -> replica.acts().promote(List.of(1, 2)));
        for (int i = 0; i < 10; i++) {
            c.pass(10);
            c.flush(3);
        }
        assertThat(c.replica(3).role()).isEqualTo(Role.PRIMARY);
        Position ofThree = position(3, c.last(3));
        assertThat(ofThree.epoch()).isGreaterThan(shared.epoch());
        assertThat(stateOf(3, ofThree)).isEqualTo(PositionState.HELD);
        assertThat(stateOf(3, shared)).isEqualTo(PositionState.HELD);
        assertThat(stateOf(3, beyond)).isEqualTo(PositionState.LOST);
        assertThat(stateOf(2, beyond)).isEqualTo(PositionState.HELD);
        assertThat(stateOf(2, ofThree)).isEqualTo(PositionState.AHEAD); // it has not heard of that epoch
        c.rejoin(3);
        c.pass(300);
        assertThat(c.replica(2).term().epoch()).isEqualTo(ofThree.epoch());
        assertThat(stateOf(2, shared)).isEqualTo(PositionState.HELD);
        assertThat(c.last(2).index()).isLessThan(beyond.index());
        assertThat(stateOf(2, beyond)).isNotEqualTo(PositionState.HELD);
    }

    @Test
    void aPositionThatCannotBeReadIsAheadUntilTheNodeHasRecoveredIt() {
        c.reign(1, 2, 3);
        c.commit(1);
        c.flushAll();
        c.disk(3).damageSomeFrame(new SplittableRandom(1));
        Position position = position(1, c.disk(3).holding(c.disk(3).firstDamagedIndex()));
        assertThat(stateOf(3, position)).isEqualTo(PositionState.AHEAD);
        assertThat(c.replica(3).isRecovering()).isTrue();
        c.settle();
        c.flush(3);
        c.settle();
        assertThat(stateOf(3, position)).isEqualTo(PositionState.HELD);
        assertThat(c.replica(3).isRecovering()).isFalse();
    }
}
