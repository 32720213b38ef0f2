package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.VoteRules.Answer;
import dev.lockstep.engine.replica.VoteRules.Voter;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VoteRulesTest {
    private static final Config CONFIG = ConfigTest.ofVoters(3).withAdded(ConfigTest.member(4, MemberKind.OBSERVER));
    private static final Identity CANDIDATE = new Identity(102);
    private static final Identity ANOTHER = new Identity(103);
    private static final FrameRef LAST = new FrameRef(50, 4, 77);

    private static Candidacy vote(Term term) {
        return new Candidacy(2, CANDIDATE, term, LAST, false, false);
    }

    private static Candidacy preVote(Term term) {
        return new Candidacy(2, CANDIDATE, term, LAST, true, false);
    }

    private static Candidacy withLast(long term, long index) {
        return new Candidacy(2, CANDIDATE, new Term(1, 6), new FrameRef(index, term, 1), false, false);
    }

    private static Voter voter(Identity votedFor) {
        return new Voter(CONFIG, new Term(1, 5), votedFor, LAST, false, false);
    }

    private static Voter hearing() {
        return new Voter(CONFIG, new Term(1, 5), Identity.NONE, LAST, false, true);
    }

    @ParameterizedTest
    @CsvSource({"4, OLD_TERM", "5, GRANTED", "6, GRANTED"})
    void onlyTheVotersOwnTermOrALaterOneCanBeWon(long number, Answer answer) {
        assertThat(VoteRules.answer(vote(new Term(1, number)), voter(Identity.NONE)))
                .isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({"4, OLD_TERM", "5, OLD_TERM", "6, GRANTED"})
    void aPreVoteAsksForALaterTerm(long number, Answer answer) {
        assertThat(VoteRules.answer(preVote(new Term(1, number)), voter(Identity.NONE)))
                .isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 2})
    void anotherEpochIsAnotherHistory(long epoch) {
        assertThat(VoteRules.answer(vote(new Term(epoch, 9)), voter(Identity.NONE)))
                .isEqualTo(Answer.OTHER_EPOCH);
    }

    @Test
    void oneVoteATerm() {
        assertThat(VoteRules.answer(vote(new Term(1, 5)), voter(ANOTHER))).isEqualTo(Answer.VOTED_FOR_ANOTHER);
        assertThat(VoteRules.answer(vote(new Term(1, 5)), voter(CANDIDATE))).isEqualTo(Answer.GRANTED);
        assertThat(VoteRules.answer(vote(new Term(1, 6)), voter(ANOTHER))).isEqualTo(Answer.GRANTED);
        assertThat(VoteRules.answer(preVote(new Term(1, 6)), voter(ANOTHER))).isEqualTo(Answer.GRANTED);
    }

    @ParameterizedTest
    @CsvSource({"4, 50, GRANTED", "4, 51, GRANTED", "4, 49, LOG_IS_OLDER", "5, 1, GRANTED", "3, 500, LOG_IS_OLDER"})
    void theLogMustBeAtLeastAsNew(long term, long index, Answer answer) {
        assertThat(VoteRules.answer(withLast(term, index), voter(Identity.NONE)))
                .isEqualTo(answer);
    }

    @Test
    void whoIsRecoveringComparesNoLogs() {
        Voter recovering = new Voter(CONFIG, new Term(1, 5), Identity.NONE, LAST, true, false);
        assertThat(VoteRules.answer(withLast(1, 1), recovering)).isEqualTo(Answer.GRANTED);
    }

    @Test
    void whoHearsAPrimaryElectsNobodyWithoutALicence() {
        Term next = new Term(1, 6);
        assertThat(VoteRules.answer(vote(next), hearing())).isEqualTo(Answer.PRIMARY_IS_HEARD);
        assertThat(VoteRules.answer(preVote(next), hearing())).isEqualTo(Answer.PRIMARY_IS_HEARD);
        Candidacy licensed = new Candidacy(2, CANDIDATE, next, LAST, false, true);
        assertThat(VoteRules.answer(licensed, hearing())).isEqualTo(Answer.GRANTED);
    }

    @ParameterizedTest
    @CsvSource({"2, 103", "2, 999", "4, 104", "9, 109"})
    void whoTheConfigurationDoesNotNameOrThatCannotBePrimaryIsNoCandidate(int node, long identity) {
        Candidacy candidacy = new Candidacy(node, new Identity(identity), new Term(1, 6), LAST, false, true);
        assertThat(VoteRules.answer(candidacy, voter(Identity.NONE))).isEqualTo(Answer.NO_CANDIDATE);
    }

    @ParameterizedTest
    @EnumSource(
            value = MemberKind.class,
            names = {"WITNESS", "OBSERVER"})
    void onlyADataNodeBecomesPrimary(MemberKind kind) {
        Config config = ConfigTest.of(ConfigTest.voter(1), ConfigTest.voter(2), ConfigTest.member(3, kind));
        Candidacy candidacy = new Candidacy(3, new Identity(103), new Term(1, 6), LAST, false, false);
        Voter voter = new Voter(config, new Term(1, 5), Identity.NONE, LAST, false, false);
        assertThat(VoteRules.answer(candidacy, voter)).isEqualTo(Answer.NO_CANDIDATE);
    }
}
