package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.ballot.BallotStore.Reading;
import dev.lockstep.storage.ballot.BallotStore.State;
import org.junit.jupiter.api.Test;

/** What every ballot store must do. */
public abstract class BallotStoreContract {
    /**
     * @return the store of one and the same place, as the next start opens it: without the old one having been closed
     */
    protected abstract BallotStore open();

    @Test
    void aNewPlaceHoldsNoBallot() {
        Reading reading = open().read();
        assertThat(reading).isEqualTo(Reading.absent());
        assertThatThrownBy(reading::ballot).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void theNextStartReadsEverythingThatWasWritten() {
        Ballot ballot = new Ballot(
                new Identity(0x1122334455667788L),
                new ClusterId(Long.MIN_VALUE),
                3,
                (3L << 32) + 17,
                new Identity(-1),
                Long.MAX_VALUE,
                true,
                false,
                0x1020304050607080L,
                (3L << 32) + 16);
        open().write(ballot);
        assertThat(open().read()).isEqualTo(Reading.sound(ballot));

        Ballot flagsTheOtherWay = ballot.withDirty(false).withRecovering(true);
        open().write(flagsTheOtherWay);
        assertThat(open().read()).isEqualTo(Reading.sound(flagsTheOtherWay));
    }

    @Test
    void theNewestOfManyBallotsIsTheOneThatIsRead() {
        BallotStore store = open();
        Ballot ballot = Ballot.fresh(new Identity(1));
        for (int term = 1; term <= 20; term++) {
            ballot = ballot.withTerm(0, term);
            store.write(ballot);
            assertThat(store.read().ballot()).isEqualTo(ballot);
        }
        assertThat(open().read().ballot()).isEqualTo(ballot);
        assertThat(open().read().state()).isEqualTo(State.SOUND);
    }

    @Test
    void readingChangesNothing() {
        Ballot ballot = Ballot.fresh(new Identity(1)).started();
        open().write(ballot);
        BallotStore store = open();
        assertThat(store.read()).isEqualTo(store.read());
        assertThat(open().read()).isEqualTo(Reading.sound(ballot));
    }
}
