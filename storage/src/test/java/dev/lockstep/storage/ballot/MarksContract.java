package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What all marks must do. */
public abstract class MarksContract {
    private Marks marks;

    /**
     * @return the marks of one and the same place and boot, ready to be stored to; the first time with both at zero,
     *     later as the next start finds them, also when the ones before were not closed
     */
    protected abstract Marks open();

    @BeforeEach
    void openTheMarks() {
        marks = open();
    }

    @AfterEach
    void closeTheMarks() {
        marks.close();
    }

    @Test
    void bothStartAtZero() {
        assertThat(marks.promised()).isZero();
        assertThat(marks.commit()).isZero();
    }

    @Test
    void eachIsReadBackAsItWasStored() {
        marks.promised(Long.MAX_VALUE);
        marks.commit(0x1122334455667788L);
        assertThat(marks.promised()).isEqualTo(Long.MAX_VALUE);
        assertThat(marks.commit()).isEqualTo(0x1122334455667788L);
    }

    @Test
    void aPromiseMayBeLowered() {
        marks.promised(9);
        marks.promised(4);
        assertThat(marks.promised()).isEqualTo(4);
        marks.promised(0);
        assertThat(marks.promised()).isZero();
    }

    @Test
    void theCommitIndexNeverGoesBack() {
        marks.commit(9);
        assertThatThrownBy(() -> marks.commit(8))
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("commit index went back");
        assertThat(marks.commit()).isEqualTo(9);
    }

    @Test
    void theCommitIndexMayStayWhereItIs() {
        marks.commit(9);
        marks.commit(9);
        assertThat(marks.commit()).isEqualTo(9);
    }

    @Test
    void onlyANodeThatYieldsTakesTheCommitIndexBack() {
        marks.promised(9);
        marks.commit(9);
        marks.commitAfterYielding(4);
        assertThat(marks.commit()).isEqualTo(4);
        assertThat(marks.promised()).isEqualTo(9);
        assertThatThrownBy(() -> marks.commit(3))
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("commit index went back");
        marks.commit(5);
        assertThat(marks.commit()).isEqualTo(5);
    }

    @Test
    void theNextStartFindsTheCommitIndexThatWasTakenBack() {
        marks.commit(9);
        marks.commitAfterYielding(4);
        try (Marks next = open()) {
            assertThat(next.commit()).isEqualTo(4);
            assertThatThrownBy(() -> next.commit(3)).isInstanceOf(Invariant.Violation.class);
            next.commitAfterYielding(0);
            assertThat(next.commit()).isZero();
        }
    }

    @Test
    void noIndexIsNegative() {
        assertThatThrownBy(() -> marks.commitAfterYielding(-1)).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> marks.promised(-1)).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> marks.commit(-1)).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void theNextStartOfThisBootFindsThemAsTheyWere() {
        marks.promised(9);
        marks.commit(7);
        try (Marks next = open()) {
            assertThat(next.promised()).isEqualTo(9);
            assertThat(next.commit()).isEqualTo(7);
            assertThatThrownBy(() -> next.commit(6)).isInstanceOf(Invariant.Violation.class);
        }
    }

    @Test
    void closedMarksAreNotTouched() {
        marks.close();
        marks.close();
        assertThatThrownBy(() -> marks.promised()).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> marks.promised(1)).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> marks.commit()).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> marks.commit(1)).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> marks.commitAfterYielding(1)).isInstanceOf(Invariant.Violation.class);
    }
}
