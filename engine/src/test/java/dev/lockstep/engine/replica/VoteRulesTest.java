package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.MemberKind;
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

    private static final long CONFIG_INDEX = 40;
    private static final long CONFIG_TERM = 3;

    private static Candidacy of(int node, Identity identity, Term term, FrameRef last) {
        return new Candidacy(node, identity, term, last, CONFIG_INDEX, CONFIG_TERM, false, false);
    }

    private static Candidacy vote(Term term) {
        return of(2, CANDIDATE, term, LAST);
    }

    private static Candidacy preVote(Term term) {
        return new Candidacy(2, CANDIDATE, term, LAST, CONFIG_INDEX, CONFIG_TERM, true, false);
    }

    private static Candidacy withLast(long term, long index) {
        return of(2, CANDIDATE, new Term(1, 6), new FrameRef(index, term, 1));
    }

    private static Candidacy withConfig(long index, long term) {
        return new Candidacy(2, CANDIDATE, new Term(1, 6), LAST, index, term, false, false);
    }

    private static Voter voter(Config config, Identity votedFor, boolean isRecovering, boolean hearsPrimary) {
        return new Voter(config, new Term(1, 5), votedFor, LAST, CONFIG_INDEX, CONFIG_TERM, isRecovering, hearsPrimary);
    }

    private static Voter voter(Identity votedFor) {
        return voter(CONFIG, votedFor, false, false);
    }

    private static Voter hearing() {
        return voter(CONFIG, Identity.NONE, false, true);
    }

    private static Voter recovering() {
        return voter(CONFIG, Identity.NONE, true, false);
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
        assertThat(VoteRules.answer(withLast(1, 1), recovering())).isEqualTo(Answer.GRANTED);
        assertThat(VoteRules.answer(withLast(9, 900), recovering())).isEqualTo(Answer.GRANTED);
    }

    @ParameterizedTest
    @CsvSource({
        "40, 3, GRANTED",
        "40, 2, OTHER_CONFIG",
        "39, 3, OTHER_CONFIG",
        "41, 3, OTHER_CONFIG",
        "40, 4, OTHER_CONFIG"
    })
    void whoIsRecoveringElectsOnlyWhoHasTheVeryConfigThatItNoted(long index, long term, Answer answer) {
        assertThat(VoteRules.answer(withConfig(index, term), recovering())).isEqualTo(answer);
        assertThat(VoteRules.answer(withConfig(index, term), voter(Identity.NONE)))
                .isEqualTo(Answer.GRANTED);
    }

    @Test
    void whoIsRecoveringKeepsItsOtherPromises() {
        assertThat(VoteRules.answer(vote(new Term(1, 5)), voter(CONFIG, ANOTHER, true, false)))
                .isEqualTo(Answer.VOTED_FOR_ANOTHER);
        assertThat(VoteRules.answer(vote(new Term(1, 4)), recovering())).isEqualTo(Answer.OLD_TERM);
        assertThat(VoteRules.answer(vote(new Term(1, 6)), voter(CONFIG, Identity.NONE, true, true)))
                .isEqualTo(Answer.PRIMARY_IS_HEARD);
        Candidacy stranger = of(9, new Identity(109), new Term(1, 6), LAST);
        assertThat(VoteRules.answer(stranger, recovering())).isEqualTo(Answer.NO_CANDIDATE);
    }

    @Test
    void whoHearsAPrimaryElectsNobodyWithoutALicence() {
        Term next = new Term(1, 6);
        assertThat(VoteRules.answer(vote(next), hearing())).isEqualTo(Answer.PRIMARY_IS_HEARD);
        assertThat(VoteRules.answer(preVote(next), hearing())).isEqualTo(Answer.PRIMARY_IS_HEARD);
        Candidacy licensed = new Candidacy(2, CANDIDATE, next, LAST, CONFIG_INDEX, CONFIG_TERM, false, true);
        assertThat(VoteRules.answer(licensed, hearing())).isEqualTo(Answer.GRANTED);
    }

    /** Nodes 2 and 4 are members with the identities 102 and 104; node 4 is an observer. */
    @ParameterizedTest
    @CsvSource({"2, 103", "2, 999", "4, 104", "9, 109"})
    void whomTheConfigurationDoesNotNameAsADataNodeMayStandOnlyWithANewerLog(int node, long identity) {
        Term term = new Term(1, 6);
        assertThat(VoteRules.answer(of(node, new Identity(identity), term, LAST), voter(Identity.NONE)))
                .isEqualTo(Answer.NO_CANDIDATE);
        FrameRef older = new FrameRef(500, 3, 1);
        assertThat(VoteRules.answer(of(node, new Identity(identity), term, older), voter(Identity.NONE)))
                .isEqualTo(Answer.NO_CANDIDATE);
        FrameRef longer = new FrameRef(51, 4, 1);
        assertThat(VoteRules.answer(of(node, new Identity(identity), term, longer), voter(Identity.NONE)))
                .isEqualTo(Answer.GRANTED);
        FrameRef later = new FrameRef(1, 5, 1);
        assertThat(VoteRules.answer(of(node, new Identity(identity), term, later), voter(Identity.NONE)))
                .isEqualTo(Answer.GRANTED);
    }

    @Test
    void whoKnowsNoConfigurationElectsOnlyANewerLog() {
        Voter knowsNothing = voter(null, Identity.NONE, false, false);
        assertThat(VoteRules.answer(withLast(4, 50), knowsNothing)).isEqualTo(Answer.NO_CANDIDATE);
        assertThat(VoteRules.answer(withLast(4, 51), knowsNothing)).isEqualTo(Answer.GRANTED);
    }

    @ParameterizedTest
    @EnumSource(
            value = MemberKind.class,
            names = {"WITNESS", "OBSERVER"})
    void onlyADataNodeBecomesPrimary(MemberKind kind) {
        Config config = ConfigTest.of(ConfigTest.voter(1), ConfigTest.voter(2), ConfigTest.member(3, kind));
        Candidacy candidacy = of(3, new Identity(103), new Term(1, 6), LAST);
        assertThat(VoteRules.answer(candidacy, voter(config, Identity.NONE, false, false)))
                .isEqualTo(Answer.NO_CANDIDATE);
    }
}
