package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.ClusterId;
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
    private static final ClusterId CLUSTER = new ClusterId(0xC1);
    private static final long FIRST_OF_EPOCH_2 = 2L << 32;

    /** Keeps the ballot, or refuses it. */
    private static final class Store implements BallotStore {
        private Ballot ballot = Ballot.fresh(SELF).withTerm(1, 5);
        private boolean refuses;
        private int writes;

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
            writes++;
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
        assertThatThrownBy(() -> promises.promise(9, OTHER)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> promises.beBorn(CLUSTER, new Term(1, 9))).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> promises.noteConfig(3, 2)).isInstanceOf(StorageException.class);
        assertThatThrownBy(promises::beDirty).isInstanceOf(StorageException.class);
        assertThatThrownBy(promises::beRecovering).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> promises.beginToYield(new Term(2, 9))).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> promises.goOver(new Term(2, 9), 30, 9)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> promises.found(2, 30, FIRST_OF_EPOCH_2)).isInstanceOf(StorageException.class);
        assertThat(promises.isBorn()).isFalse();
        assertThat(promises.configIndex()).isZero();
        assertThat(promises.isRecovering()).isFalse();
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

    @Test
    void whoIsBornActsInTheClustersTermUnlessItKnowsANewerOne() {
        promises.beBorn(CLUSTER, new Term(1, 9));
        assertThat(store.ballot.clusterId()).isEqualTo(CLUSTER);
        assertThat(promises.isBorn()).isTrue();
        assertThat(promises.clusterId()).isEqualTo(CLUSTER);
        assertThat(promises.term()).isEqualTo(new Term(1, 9));

        Store second = new Store();
        Promises early = new Promises(second);
        early.elect(OTHER);
        early.beBorn(CLUSTER, new Term(1, 2));
        assertThat(early.term()).isEqualTo(new Term(1, 5));
        assertThat(second.ballot.votedFor()).isEqualTo(OTHER);
    }

    @Test
    void nobodyIsTakenInByASecondCluster() {
        promises.beBorn(CLUSTER, new Term(1, 5));
        assertThatThrownBy(() -> promises.beBorn(new ClusterId(0xC2), new Term(1, 6)))
                .isInstanceOf(Invariant.Violation.class);
        assertThat(promises.clusterId()).isEqualTo(CLUSTER);
    }

    @Test
    void aConfigIsNotedWhenItIsAnotherAndMayGoBack() {
        promises.noteConfig(30, 4);
        assertThat(store.ballot.configIndex()).isEqualTo(30);
        assertThat(store.ballot.configTerm()).isEqualTo(4);
        promises.noteConfig(30, 4);
        assertThat(store.writes).isEqualTo(1);
        promises.noteConfig(30, 5);
        assertThat(promises.configTerm()).isEqualTo(5);
        promises.noteConfig(12, 5);
        assertThat(promises.configIndex()).isEqualTo(12);
        promises.noteConfig(0, 0);
        assertThat(store.ballot.configIndex()).isZero();
    }

    @Test
    void whatHoldsAlreadyIsNotForcedAgain() {
        promises.beWhole(0, 0);
        assertThat(store.writes).isZero();
        promises.beDirty();
        promises.beDirty();
        assertThat(store.ballot.dirty()).isTrue();
        assertThat(store.writes).isEqualTo(1);
        promises.beRecovering();
        promises.beRecovering();
        assertThat(promises.isRecovering()).isTrue();
        assertThat(store.writes).isEqualTo(2);
        promises.beWhole(0, 0);
        promises.beWhole(0, 0);
        assertThat(store.ballot.recovering()).isFalse();
        assertThat(store.ballot.dirty()).isTrue();
        assertThat(store.writes).isEqualTo(3);
        promises.elect(OTHER);
        promises.elect(OTHER);
        assertThat(store.writes).isEqualTo(4);
    }

    @Test
    void whoIsPromisedATermToFoundAnEpochIsTheOnlyOneElectedThere() {
        promises.elect(SELF);
        promises.promise(FIRST_OF_EPOCH_2, OTHER);
        assertThat(store.ballot.votedFor()).isEqualTo(OTHER);
        assertThat(promises.term()).isEqualTo(new Term(1, FIRST_OF_EPOCH_2));
        assertThatThrownBy(() -> promises.promise(FIRST_OF_EPOCH_2, SELF)).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> promises.promise(6, OTHER)).isInstanceOf(Invariant.Violation.class);
        assertThat(promises.votedFor()).isEqualTo(OTHER);
    }

    @Test
    void whoYieldsIsRecoveringAndHasPromisedNothingInTheNewEpoch() {
        promises.elect(SELF);
        promises.noteConfig(30, 4);
        promises.beginToYield(new Term(7, FIRST_OF_EPOCH_2 + 3));
        assertThat(store.ballot.recovering()).isTrue();
        assertThat(promises.term()).isEqualTo(new Term(7, FIRST_OF_EPOCH_2 + 3));
        assertThat(promises.votedFor()).isEqualTo(Identity.NONE);
        assertThat(store.ballot.configIndex()).isZero();
        assertThat(promises.isYielding()).isTrue();
        assertThat(new Promises(store).isYielding()).isTrue();
        promises.beWhole(0, 0);
        assertThat(promises.isYielding()).isFalse();
    }

    @Test
    void whoGoesOverToAnEpochHasNotedWhatItBeginsWithInTheSameWrite() {
        promises.promise(FIRST_OF_EPOCH_2, OTHER);
        assertThat(promises.isPromisedTo(FIRST_OF_EPOCH_2, OTHER)).isTrue();
        assertThat(promises.isPromisedTo(FIRST_OF_EPOCH_2, SELF)).isFalse();
        int before = store.writes;
        promises.goOver(new Term(7, FIRST_OF_EPOCH_2 + 1), 31, FIRST_OF_EPOCH_2);
        assertThat(store.writes).isEqualTo(before + 1);
        assertThat(promises.term()).isEqualTo(new Term(7, FIRST_OF_EPOCH_2 + 1));
        assertThat(promises.configIndex()).isEqualTo(31);
        assertThat(promises.configTerm()).isEqualTo(FIRST_OF_EPOCH_2);
        assertThat(promises.isRecovering()).isFalse();
    }

    @Test
    void whoHasAcknowledgedAConfigIsRecoveringAndDoesNotYield() {
        promises.noteConfig(30, 4);
        promises.promise(FIRST_OF_EPOCH_2, OTHER); // for an epoch that was not founded
        promises.beRecovering();
        assertThat(promises.isYielding()).isFalse();
    }

    @Test
    void whoWasNeverAMemberIsWholeOnceItIsBorn() {
        promises.beRecovering();
        promises.beBorn(CLUSTER, new Term(1, 1));
        assertThat(store.ballot.recovering()).isFalse();
    }

    @Test
    void whoFoundsAnEpochKeepsItsTermsNumberAndIsWhole() {
        promises.beRecovering();
        promises.promise(FIRST_OF_EPOCH_2, SELF);
        promises.found(7, 30, FIRST_OF_EPOCH_2);
        assertThat(promises.term()).isEqualTo(new Term(7, FIRST_OF_EPOCH_2));
        assertThat(store.ballot.votedFor()).isEqualTo(Identity.NONE);
        assertThat(store.ballot.recovering()).isFalse();
        assertThat(store.ballot.configIndex()).isEqualTo(30);
        assertThat(store.ballot.configTerm()).isEqualTo(FIRST_OF_EPOCH_2);
        assertThatThrownBy(() -> promises.found(6, 31, FIRST_OF_EPOCH_2)).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void theNextStartGoesOnWithWhatWasPromised() {
        promises.raise(new Term(1, 8));
        promises.elect(OTHER);
        promises.noteConfig(30, 4);
        Promises next = new Promises(store);
        assertThat(next.term()).isEqualTo(new Term(1, 8));
        assertThat(next.votedFor()).isEqualTo(OTHER);
        assertThat(next.identity()).isEqualTo(SELF);
        assertThat(next.configIndex()).isEqualTo(30);
    }

    /** There may be no room to write it: what this node says of itself must not wait for that. */
    @Test
    void whoKnowsThatItHasForgottenSomethingSaysSoBeforeThatIsWritten() {
        promises.beInDoubt();
        assertThat(promises.isRecovering()).isTrue();
        assertThat(store.ballot.recovering()).isFalse();
        promises.beRecovering();
        assertThat(store.ballot.recovering()).isTrue();
        assertThat(promises.isRecovering()).isTrue();
        promises.beWhole(1, 1);
        assertThat(promises.isRecovering()).isFalse();
    }
}
