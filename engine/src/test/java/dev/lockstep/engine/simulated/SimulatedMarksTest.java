package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.ballot.MarksContract;
import org.junit.jupiter.api.Test;

final class SimulatedMarksTest extends MarksContract {
    private final SimulatedMarks.Memory memory = new SimulatedMarks.Memory();

    @Override
    protected Marks open() {
        SimulatedMarks marks = new SimulatedMarks(memory, 1, new Life());
        if (!marks.isSameBoot()) {
            marks.rebind(0, 0);
        }
        return marks;
    }

    @Test
    void inAnotherBootTheyAreVoidUntilTheyAreBoundToIt() {
        Marks old = open();
        old.promised(9);
        old.commit(7);
        SimulatedMarks marks = new SimulatedMarks(memory, 2, new Life());
        assertThat(marks.isSameBoot()).isFalse();
        assertThat(marks.promised()).isZero();
        assertThat(marks.commit()).isZero();
        assertThatThrownBy(() -> marks.promised(1)).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> marks.commit(1)).isInstanceOf(Invariant.Violation.class);
        assertThat(new SimulatedMarks(memory, 1, new Life()).isSameBoot()).isFalse();
        marks.rebind(5, 3);
        assertThat(marks.promised()).isEqualTo(5);
        assertThat(marks.commit()).isEqualTo(3);
        assertThat(new SimulatedMarks(memory, 2, new Life()).isSameBoot()).isTrue();
    }
}
