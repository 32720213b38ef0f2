package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.ballot.RegisterStore.Reading;
import dev.lockstep.storage.ballot.RegisterStore.State;
import org.junit.jupiter.api.Test;

/** What every store of a witness's register must do. */
public abstract class RegisterStoreContract {
    private static final Register BOTH =
            new Register(3, (3L << 32) + 17, Long.MAX_VALUE, new Identity(0x1122334455667788L), new Identity(-1));

    /**
     * @return the store of one and the same place, as the next start opens it: without the old one having been closed
     */
    protected abstract RegisterStore open();

    @Test
    void aNewPlaceHoldsNoRegister() {
        Reading reading = open().read();
        assertThat(reading).isEqualTo(Reading.absent());
        assertThatThrownBy(reading::register).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void theNextStartReadsEverythingThatWasWritten() {
        open().write(BOTH);
        assertThat(open().read()).isEqualTo(Reading.sound(BOTH));

        Register alone = new Register(4, 5L << 32, 0, new Identity(Long.MIN_VALUE), Identity.NONE);
        open().write(alone);
        assertThat(open().read()).isEqualTo(Reading.sound(alone));
    }

    @Test
    void theNewestOfManyRegistersIsTheOneThatIsRead() {
        RegisterStore store = open();
        Register register = BOTH;
        for (int sequence = 1; sequence <= 20; sequence++) {
            register = new Register(0, 4, sequence, new Identity(1), new Identity(2));
            store.write(register);
            assertThat(store.read().register()).isEqualTo(register);
        }
        assertThat(open().read().register()).isEqualTo(register);
        assertThat(open().read().state()).isEqualTo(State.SOUND);
    }

    @Test
    void readingChangesNothing() {
        open().write(BOTH);
        RegisterStore store = open();
        assertThat(store.read()).isEqualTo(store.read());
        assertThat(open().read()).isEqualTo(Reading.sound(BOTH));
    }
}
