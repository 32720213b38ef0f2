package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RegisterTest {
    private static final Identity ONE = new Identity(1);
    private static final Identity TWO = new Identity(2);
    private static final Identity STRANGER = new Identity(3);

    @Test
    void bothDataNodesMayBeNamedOrOneAlone() {
        Register both = new Register(0, 4, 1, ONE, TWO);
        assertThat(both.names(ONE)).isTrue();
        assertThat(both.names(TWO)).isTrue();
        assertThat(both.names(STRANGER)).isFalse();

        Register alone = new Register(0, 4, 2, ONE, Identity.NONE);
        assertThat(alone.names(ONE)).isTrue();
        assertThat(alone.names(TWO)).isFalse();
    }

    @Test
    void nobodyIsNeverNamed() {
        assertThat(new Register(0, 4, 2, ONE, Identity.NONE).names(Identity.NONE))
                .isFalse();
    }

    @Test
    void theNewerOneIsToldByEpochThenTermThenSequence() {
        Register register = at(2, 5, 7);
        assertNewer(at(2, 5, 8), register);
        assertNewer(at(2, 6, 0), register);
        assertNewer(at(3, 0, 0), register);
    }

    @Test
    void noRegisterIsNewerThanItself() {
        Register register = at(2, 5, 7);
        assertThat(register.isNewerThan(register)).isFalse();
        assertThat(register.isNewerThan(new Register(2, 5, 7, TWO, ONE))).isFalse();
    }

    private static Register at(long epoch, long term, long sequence) {
        return new Register(epoch, term, sequence, ONE, TWO);
    }

    private static void assertNewer(Register newer, Register older) {
        assertThat(newer.isNewerThan(older)).isTrue();
        assertThat(older.isNewerThan(newer)).isFalse();
    }

    @Test
    void aRegisterNamesSomebodyAndNobodyTwice() {
        refuses(() -> new Register(0, 4, 1, Identity.NONE, TWO), "names nobody");
        refuses(() -> new Register(0, 4, 1, ONE, ONE), "one node twice");
    }

    @Test
    void nothingIsCountedBelowZero() {
        refuses(() -> at(-1, 5, 7), "epoch is negative");
        refuses(() -> at(2, -1, 7), "term is negative");
        refuses(() -> at(2, 5, -1), "sequence number is negative");
    }

    private static void refuses(ThrowingCallable register, String why) {
        assertThatThrownBy(register).isInstanceOf(Invariant.Violation.class).hasMessageContaining(why);
    }
}
