package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BallotTest {
    private static final Identity SELF = new Identity(1);
    private static final Identity OTHER = new Identity(2);

    private final Ballot fresh = Ballot.fresh(SELF);

    @Test
    void aFreshBallotHasNeverStartedAndKnowsNobody() {
        assertThat(fresh).isEqualTo(new Ballot(SELF, ClusterId.UNBORN, 0, 0, Identity.NONE, 0, false, false, 0, 0));
    }

    @Test
    void aNewerTermHasNoVoteYet() {
        Ballot voted = fresh.withTerm(0, 4).withVotedFor(OTHER);
        assertThat(voted.withTerm(0, 5).votedFor()).isEqualTo(Identity.NONE);
        assertThat(voted.withTerm(1, 4).votedFor()).isEqualTo(Identity.NONE);
        assertThat(voted.withTerm(0, 5).term()).isEqualTo(5);
    }

    @Test
    void inTheSameTermTheVoteStays() {
        Ballot voted = fresh.withTerm(0, 4).withVotedFor(OTHER);
        assertThat(voted.withTerm(0, 4)).isEqualTo(voted);
        assertThat(voted.withVotedFor(OTHER)).isEqualTo(voted);
    }

    @Test
    void nobodyVotesTwiceInATerm() {
        Ballot voted = fresh.withTerm(0, 4).withVotedFor(OTHER);
        refuses(() -> voted.withVotedFor(SELF), "second vote");
        refuses(() -> voted.withVotedFor(Identity.NONE), "vote for nobody");
    }

    @Test
    void neitherTermNorEpochGoesBack() {
        Ballot ballot = fresh.withTerm(2, 8);
        refuses(() -> ballot.withTerm(2, 7), "term went back");
        refuses(() -> ballot.withTerm(3, 7), "term went back");
        refuses(() -> ballot.withTerm(1, 9), "epoch went back");
    }

    @Test
    void aNodeIsTakenInByOneClusterOnly() {
        Ballot member = fresh.withClusterId(new ClusterId(7));
        assertThat(member.clusterId()).isEqualTo(new ClusterId(7));
        assertThat(member.withClusterId(new ClusterId(7))).isEqualTo(member);
        refuses(() -> member.withClusterId(new ClusterId(8)), "changed its cluster");
        refuses(() -> member.withClusterId(ClusterId.UNBORN), "changed its cluster");
    }

    @Test
    void eachStartIsCounted() {
        assertThat(fresh.started().started().startCounter()).isEqualTo(2);
    }

    @Test
    void aChangeLeavesEverythingElseAsItWas() {
        Ballot full = new Ballot(SELF, new ClusterId(7), 1, 9, OTHER, 3, true, true, 8, 6);
        assertThat(fresh.withClusterId(new ClusterId(7))
                        .withTerm(1, 9)
                        .withVotedFor(OTHER)
                        .started()
                        .started()
                        .started()
                        .withDirty(true)
                        .withRecovering(true)
                        .withConfig(8, 6))
                .isEqualTo(full);
        assertThat(full.withDirty(false))
                .isEqualTo(new Ballot(SELF, new ClusterId(7), 1, 9, OTHER, 3, false, true, 8, 6));
        assertThat(full.withRecovering(false))
                .isEqualTo(new Ballot(SELF, new ClusterId(7), 1, 9, OTHER, 3, true, false, 8, 6));
        assertThat(full.withTerm(1, 10))
                .isEqualTo(new Ballot(SELF, new ClusterId(7), 1, 10, Identity.NONE, 3, true, true, 8, 6));
    }

    @Test
    void aChangeCarriesTheConfigAlong() {
        Ballot ballot = fresh.withConfig(8, 6);
        Ballot changed = ballot.withClusterId(new ClusterId(7))
                .withTerm(1, 9)
                .withVotedFor(OTHER)
                .started()
                .withDirty(true)
                .withRecovering(true);
        assertThat(changed.configIndex()).isEqualTo(8);
        assertThat(changed.configTerm()).isEqualTo(6);
    }

    @Test
    void aCutTakesAConfigBack() {
        Ballot ballot = fresh.withTerm(1, 9).withConfig(8, 6);
        assertThat(ballot.withConfig(3, 2)).isEqualTo(fresh.withTerm(1, 9).withConfig(3, 2));
        assertThat(ballot.withConfig(0, 0)).isEqualTo(fresh.withTerm(1, 9));
    }

    @Test
    void aBallotBelongsToSomebody() {
        refuses(() -> Ballot.fresh(Identity.NONE), "belongs to nobody");
    }

    @Test
    void nothingIsCountedBelowZero() {
        refuses(() -> new Ballot(SELF, ClusterId.UNBORN, -1, 0, OTHER, 0, false, false, 0, 0), "epoch is negative");
        refuses(() -> new Ballot(SELF, ClusterId.UNBORN, 0, -1, OTHER, 0, false, false, 0, 0), "term is negative");
        refuses(() -> new Ballot(SELF, ClusterId.UNBORN, 0, 0, OTHER, -1, false, false, 0, 0), "counter is negative");
        refuses(() -> fresh.withConfig(-1, 0), "negative index");
        refuses(() -> fresh.withConfig(0, -1), "negative term");
    }

    private static void refuses(ThrowingCallable change, String why) {
        assertThatThrownBy(change).isInstanceOf(Invariant.Violation.class).hasMessageContaining(why);
    }
}
