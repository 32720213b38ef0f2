package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.replica.VoteRules.Answer;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Register;
import dev.lockstep.storage.ballot.RegisterStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WitnessRegisterTest {
    private static final Identity A = new Identity(101);
    private static final Identity B = new Identity(102);
    private static final Identity STRANGER = new Identity(999);
    private static final Term TERM = new Term(1, 5);
    private static final Config PAIR =
            ConfigTest.of(ConfigTest.voter(1), ConfigTest.voter(2), ConfigTest.member(3, MemberKind.WITNESS));

    /** Keeps the register, or refuses it. */
    private static final class Store implements RegisterStore {
        private Reading reading = Reading.absent();
        private boolean refuses;
        private int writes;
        private int reads;

        @Override
        public Reading read() {
            reads++;
            return reading;
        }

        @Override
        public void write(Register register) {
            if (refuses) {
                throw new StorageException.ForceFailed("the device refuses", null);
            }
            reading = Reading.sound(register);
            writes++;
        }
    }

    private final Store store = new Store();
    private final WitnessRegister register = new WitnessRegister(store, true);

    private static Register written(long epoch, long term, long sequence, Identity second) {
        return new Register(epoch, term, sequence, A, second);
    }

    private static Candidacy of(Identity candidate, Term term, boolean isPreVote, boolean isLicensed) {
        return new Candidacy(2, candidate, term, FrameRef.ORIGIN, 0, 0, isPreVote, isLicensed);
    }

    private static Answer ask(WitnessRegister asked, Identity candidate) {
        return asked.answer(of(candidate, TERM.next(), false, false), TERM, Identity.NONE, false);
    }

    @Test
    void nobodyIsElectedBeforeAPrimaryHasNamedAnyone() {
        assertThat(ask(register, A)).isEqualTo(Answer.NO_CANDIDATE);
        assertThat(ask(register, Identity.NONE)).isEqualTo(Answer.NO_CANDIDATE);
    }

    @Test
    void aClusterBeginsWithBothItsDataNodesAndWithNobodyElse() {
        register.begin(TERM, PAIR);
        assertThat(register.holds(written(1, 5, 0, B))).isTrue();
        assertThat(ask(register, A)).isEqualTo(Answer.GRANTED);
        assertThat(ask(register, B)).isEqualTo(Answer.GRANTED);
        assertThat(ask(register, new Identity(103))).isEqualTo(Answer.NO_CANDIDATE);
        assertThat(ask(register, STRANGER)).isEqualTo(Answer.NO_CANDIDATE);
        assertThat(ask(register, Identity.NONE)).isEqualTo(Answer.NO_CANDIDATE);
    }

    @Test
    void aClusterOfOneDataNodeBeginsWithThatOne() {
        register.begin(TERM, PAIR.withRemoved(1));
        assertThat(ask(register, B)).isEqualTo(Answer.GRANTED);
        assertThat(ask(register, A)).isEqualTo(Answer.NO_CANDIDATE);
        assertThat(ask(register, new Identity(103))).isEqualTo(Answer.NO_CANDIDATE);
        assertThat(ask(register, Identity.NONE)).isEqualTo(Answer.NO_CANDIDATE);
    }

    @Test
    void whomAPrimaryNoLongerNamesIsNotElected() {
        register.begin(TERM, PAIR);
        register.onWritten(written(1, 5, 1, Identity.NONE));
        assertThat(ask(register, A)).isEqualTo(Answer.GRANTED);
        assertThat(ask(register, B)).isEqualTo(Answer.NO_CANDIDATE);
        register.onWritten(written(1, 5, 2, B));
        assertThat(ask(register, B)).isEqualTo(Answer.GRANTED);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 5, 4, true",
        "1, 6, 0, true",
        "2, 1, 0, true",
        "1, 5, 3, false",
        "1, 5, 2, false",
        "1, 4, 9, false",
        "0, 9, 9, false"
    })
    void ofTwoTheLaterOneStandsInWhateverOrderTheyCome(long epoch, long term, long sequence, boolean isLater) {
        register.onWritten(written(1, 5, 3, B));
        Register other = written(epoch, term, sequence, Identity.NONE);
        register.onWritten(other);
        assertThat(register.holds(other)).isEqualTo(isLater);
        assertThat(register.holds(written(1, 5, 3, B))).isEqualTo(!isLater);
        assertThat(ask(register, B)).isEqualTo(isLater ? Answer.NO_CANDIDATE : Answer.GRANTED);
    }

    @Test
    void whatComesAgainIsHeldAndNotForcedAgain() {
        register.onWritten(written(1, 5, 3, B));
        register.onWritten(written(1, 5, 3, B));
        assertThat(register.holds(written(1, 5, 3, B))).isTrue();
        assertThat(store.writes).isEqualTo(1);
    }

    @Test
    void whatTheDeviceRefusesDoesNotStand() {
        register.onWritten(written(1, 5, 1, B));
        store.refuses = true;
        Register alone = written(1, 5, 2, Identity.NONE);
        assertThatThrownBy(() -> register.onWritten(alone)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> register.begin(new Term(2, 1), PAIR.withRemoved(2)))
                .isInstanceOf(StorageException.class);
        assertThat(register.holds(alone)).isFalse();
        assertThat(ask(register, B)).isEqualTo(Answer.GRANTED);
    }

    @Test
    void theNextStartGoesOnWithWhatWasWritten() {
        register.onWritten(written(1, 5, 1, Identity.NONE));
        WitnessRegister next = new WitnessRegister(store, true);
        assertThat(next.holds(written(1, 5, 1, Identity.NONE))).isTrue();
        assertThat(ask(next, A)).isEqualTo(Answer.GRANTED);
        assertThat(ask(next, B)).isEqualTo(Answer.NO_CANDIDATE);
        next.onWritten(written(1, 5, 0, B));
        assertThat(ask(next, B)).isEqualTo(Answer.NO_CANDIDATE);
    }

    @Test
    void whoseRegisterIsDamagedElectsNobody() {
        store.reading = RegisterStore.Reading.damaged("a flipped bit");
        WitnessRegister damaged = new WitnessRegister(store, true);
        assertThat(ask(damaged, A)).isEqualTo(Answer.NO_CANDIDATE);
    }

    @Test
    void whoIsNoWitnessDoesNotLookForARegister() {
        store.reading = RegisterStore.Reading.sound(written(1, 5, 1, B));
        int before = store.reads;
        WitnessRegister none = new WitnessRegister(store, false);
        assertThat(none.isWitness()).isFalse();
        assertThat(store.reads).isEqualTo(before);
        assertThat(ask(none, A)).isEqualTo(Answer.NO_CANDIDATE);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 4, false, OLD_TERM",
        "1, 5, false, GRANTED",
        "1, 6, false, GRANTED",
        "1, 4, true, OLD_TERM",
        "1, 5, true, OLD_TERM",
        "1, 6, true, GRANTED",
        "0, 9, false, OTHER_EPOCH",
        "2, 1, false, OTHER_EPOCH"
    })
    void itsTermsAreThoseOfAnyVoter(long epoch, long number, boolean isPreVote, Answer answer) {
        register.begin(TERM, PAIR);
        Candidacy candidacy = of(A, new Term(epoch, number), isPreVote, false);
        assertThat(register.answer(candidacy, TERM, Identity.NONE, false)).isEqualTo(answer);
    }

    @Test
    void oneVoteATerm() {
        register.begin(TERM, PAIR);
        Candidacy now = of(B, TERM, false, false);
        assertThat(register.answer(now, TERM, A, false)).isEqualTo(Answer.VOTED_FOR_ANOTHER);
        assertThat(register.answer(now, TERM, B, false)).isEqualTo(Answer.GRANTED);
        Candidacy later = of(B, TERM.next(), false, false);
        assertThat(register.answer(later, TERM, A, false)).isEqualTo(Answer.GRANTED);
    }

    @Test
    void whoHearsAPrimaryElectsNobodyWithoutALicence() {
        register.begin(TERM, PAIR);
        assertThat(register.answer(of(B, TERM.next(), false, false), TERM, A, true))
                .isEqualTo(Answer.PRIMARY_IS_HEARD);
        assertThat(register.answer(of(B, TERM.next(), true, false), TERM, A, true))
                .isEqualTo(Answer.PRIMARY_IS_HEARD);
        assertThat(register.answer(of(B, TERM.next(), false, true), TERM, A, true))
                .isEqualTo(Answer.GRANTED);
    }

    @Test
    void aLicenceElectsNobodyWhomTheRegisterDoesNotName() {
        register.begin(TERM, PAIR);
        register.onWritten(written(1, 5, 1, Identity.NONE));
        assertThat(register.answer(of(B, TERM.next(), false, true), TERM, A, true))
                .isEqualTo(Answer.NO_CANDIDATE);
    }
}
