package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PromisesTest {
    private static final Identity SELF = new Identity(1);
    private static final Identity OTHER = new Identity(2);

    /** Keeps the ballot, or refuses it. */
    private static final class Store implements BallotStore {
        private Ballot ballot = Ballot.fresh(SELF).withTerm(1, 5);
        private boolean refuses;

        @Override
        public Reading read() {
            return Reading.sound(ballot);
        }

        @Override
        public void write(Ballot next) {
            if (refuses) {
                throw new StorageException.ForceFailed("the device refuses", null);
            }
            ballot = next;
        }
    }

    private final Store store = new Store();
    private final Promises promises = new Promises(store);

    @Test
    void whatIsPromisedIsOnTheDevice() {
        promises.elect(OTHER);
        assertThat(store.ballot.votedFor()).isEqualTo(OTHER);
        promises.raise(new Term(1, 6));
        assertThat(store.ballot.term()).isEqualTo(6);
        assertThat(store.ballot.votedFor()).isEqualTo(Identity.NONE);
        promises.campaign();
        assertThat(store.ballot.term()).isEqualTo(7);
        assertThat(store.ballot.votedFor()).isEqualTo(SELF);
    }

    @Test
    void whatTheDeviceRefusesIsNotPromised() {
        store.refuses = true;
        assertThatThrownBy(() -> promises.elect(OTHER)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> promises.raise(new Term(2, 9))).isInstanceOf(StorageException.class);
        assertThatThrownBy(promises::campaign).isInstanceOf(StorageException.class);
        assertThat(promises.term()).isEqualTo(new Term(1, 5));
        assertThat(promises.votedFor()).isEqualTo(Identity.NONE);
    }

    @Test
    void nobodyElseIsElectedInTheSameTerm() {
        promises.elect(OTHER);
        promises.elect(OTHER);
        assertThatThrownBy(() -> promises.elect(SELF)).isInstanceOf(Invariant.Violation.class);
        assertThat(promises.votedFor()).isEqualTo(OTHER);
    }

    @Test
    void anEpochCountsBeforeANumber() {
        assertThat(List.of(new Term(0, 9), new Term(1, 4), new Term(1, 5), new Term(1, 6), new Term(2, 1)))
                .isSorted();
        assertThat(new Term(1, 5).next()).isEqualTo(new Term(1, 6));
    }

    @Test
    void aTermIsNeverRaisedToAnOlderOne() {
        assertThatThrownBy(() -> promises.raise(new Term(1, 5))).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> promises.raise(new Term(0, 9))).isInstanceOf(Invariant.Violation.class);
    }
}
