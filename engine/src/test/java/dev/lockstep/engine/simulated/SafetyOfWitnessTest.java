package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.Register;
import org.junit.jupiter.api.Test;

/** Safety line 27: no node that the witness may elect lacks a committed frame. Nodes 1 and 2 keep the log, node 3 does not. */
final class SafetyOfWitnessTest {
    private final ScriptedCluster c = ScriptedCluster.withWitness();
    private final Identity one = c.replica(1).identity();
    private final Identity two = c.replica(2).identity();

    private Register register() {
        return c.disk(3).files().register().reading().register();
    }

    /** Node 1 is primary, and node 2 is lost to it; the witness has not heard of that. */
    private void loseTwo() {
        c.reign(1, 2);
        c.isolate(2);
        c.hold(1, 3);
        c.tick(90);
        c.release(1, 3);
        c.deliverAll();
        c.hold(1, 3);
        c.tick(30);
        assertThat(c.replica(1).role()).isEqualTo(Role.PRIMARY);
    }

    /** Node 1 commits alone. */
    private void beAlone() {
        c.reign(1, 2);
        c.isolate(2);
        c.pass(150);
        assertThat(register().names(two)).isFalse();
        c.propose(1);
        c.flush(1);
        c.settle();
        assertThat(c.commitOf(1)).isEqualTo(c.last(1).index());
    }

    private void checkThatTwoIsNotElected() {
        c.kill(1);
        c.rejoin(2);
        assertThat(c.campaign(2, 3)).isFalse();
    }

    @Test
    void alonePrimaryCommitsNothingBeforeTheWitnessHasForcedThatItElectsNobodyElse() {
        loseTwo();
        long index = c.propose(1);
        c.flush(1);
        assertThat(c.commitOf(1)).isLessThan(index);
        ScriptedLetter write = c.take(1, 3, Kind.REGISTER_WRITE);
        c.turn(1);
        assertThat(c.commitOf(1)).isLessThan(index);
        c.deliver(write);
        assertThat(register().names(one)).isTrue();
        assertThat(register().names(two)).isFalse();
        assertThat(c.commitOf(1)).isLessThan(index);
        c.deliver(3, 1, Kind.REGISTER_REPLY);
        assertThat(c.commitOf(1)).isEqualTo(index);
        checkThatTwoIsNotElected();
    }

    /** The write is lost: the witness may still elect node 2, and so nothing was committed without it. */
    @Test
    void whatTheWitnessWasNotToldDoesNotLetAPrimaryGoOnAlone() {
        loseTwo();
        long index = c.propose(1);
        c.flush(1);
        c.lose(1, 3);
        assertThat(c.commitOf(1)).isLessThan(index);
        c.kill(1);
        c.rejoin(2);
        c.elect(2, 3);
        c.settle();
        c.start(1);
        c.release(1, 3);
        c.settle();
        c.checkOneHistory();
        assertThat(c.last(1)).isEqualTo(c.last(2));
    }

    @Test
    void theOnlyCopyCountsOnceItIsFlushed() {
        beAlone();
        long index = c.propose(1);
        c.settle();
        assertThat(c.commitOf(1)).isLessThan(index);
        c.flush(1);
        assertThat(c.commitOf(1)).isEqualTo(index);
    }

    /** First both count again, and then the witness may elect both: here the second has happened, unseen. */
    @Test
    void beforeTheWitnessMayElectBothAgainBothMustHaveWhatIsCommitted() {
        beAlone();
        c.hold(1, 3);
        c.hold(3, 1);
        c.rejoin(2);
        c.turn(1);
        for (int i = 0; i < 9 && c.links.waiting(1, 3).stream().noneMatch(each -> each.is(Kind.REGISTER_WRITE)); i++) {
            c.tick(10);
            c.deliverAll();
        }
        assertThat(c.last(2)).isEqualTo(c.last(1));
        c.hold(1, 2);
        c.deliver(1, 3, Kind.REGISTER_WRITE);
        assertThat(register().names(two)).isTrue();
        long index = c.propose(1);
        c.flush(1);
        c.turn(1);
        assertThat(c.commitOf(1)).isLessThan(index);
        c.kill(1);
        c.elect(2, 3); // without that frame, which was never committed
        assertThat(c.last(2).index()).isEqualTo(index);
    }

    /** All that node 2 lacks was sent to it, and has not come: it is not written into the register. */
    @Test
    void whoHasNotCaughtUpIsNotElectable() {
        beAlone();
        c.rejoin(2);
        for (int i = 0; i < 6; i++) {
            c.tick(10);
            for (ScriptedLetter each : c.links.takeAll(1, 2)) {
                if (!each.hasFrame()) {
                    c.deliver(each);
                }
            }
            c.deliver(2, 1);
            c.deliver(1, 3);
            c.deliver(3, 1);
            assertThat(register().names(two)).isFalse();
        }
        assertThat(c.last(2)).isNotEqualTo(c.last(1));
        c.pass(300);
        assertThat(c.last(2)).isEqualTo(c.last(1));
        assertThat(register().names(two)).isTrue();
    }

    /**
     * In another boot node 1 does not know how far it has committed alone: whoever lacks something from before its reign may
     * lack that.
     */
    @Test
    void whoLacksWhatAnEarlierReignMayHaveCommittedIsNotElectable() {
        beAlone();
        long committedAlone = c.commitOf(1);
        c.disk(1).closeOrderly();
        c.powerCut(1);
        c.start(1);
        c.elect(1, 3);
        c.deliver(1, 3);
        c.deliver(3, 1);
        c.rejoin(2);
        for (int i = 0; i < 6; i++) {
            c.tick(10);
            for (ScriptedLetter each : c.links.takeAll(1, 2)) {
                if (!each.hasFrame()) {
                    c.deliver(each);
                }
            }
            c.deliver(2, 1);
            c.deliver(1, 3);
            c.deliver(3, 1);
            assertThat(register().names(two)).isFalse();
        }
        long heldByTwo = c.lastSent(2, 1, Kind.APPEND_REPLY).appendReply().index();
        assertThat(heldByTwo).isBetween(c.commitOf(1), committedAlone - 1);
        checkThatTwoIsNotElected();
    }

    /** Of two registers of one term the later one stands, in whatever order they come; each has its number in the term. */
    @Test
    void aRegisterThatComesLateOrTwiceDoesNotStandAgain() {
        c.reign(1, 2);
        ScriptedLetter both = c.lastSent(1, 3, Kind.REGISTER_WRITE);
        assertThat(both.registerWrite().second()).isEqualTo(two.value());
        c.isolate(2);
        c.pass(150);
        ScriptedLetter alone = c.lastSent(1, 3, Kind.REGISTER_WRITE);
        assertThat(alone.registerWrite().second()).isZero();
        assertThat(alone.registerWrite().sequence())
                .isGreaterThan(both.registerWrite().sequence());
        long index = c.propose(1);
        c.flush(1);
        assertThat(c.commitOf(1)).isEqualTo(index);
        c.deliver(both);
        assertThat(register().names(two)).isFalse();
        checkThatTwoIsNotElected();
    }

    /** The witness was asked to elect node 1 only, then both, then node 1 only: only the last answer lets it go on alone. */
    @Test
    void anAnswerToAnEarlierRegisterProvesNothing() {
        beAlone();
        ScriptedLetter stale = c.lastSent(3, 1, Kind.REGISTER_REPLY);
        c.rejoin(2);
        c.pass(60);
        assertThat(register().names(two)).isTrue();
        c.isolate(2);
        for (int i = 0; i < 10; i++) {
            c.hold(1, 3);
            c.tick(10);
            for (ScriptedLetter each : c.links.takeAll(1, 3)) {
                if (!each.is(Kind.REGISTER_WRITE)) {
                    c.deliver(each);
                }
            }
            c.deliver(3, 1);
        }
        c.tick(10);
        assertThat(c.lastSent(1, 3, Kind.REGISTER_WRITE).registerWrite().second())
                .isZero();
        long index = c.propose(1);
        c.flush(1);
        c.deliver(stale);
        assertThat(c.commitOf(1)).isLessThan(index);
        assertThat(register().names(two)).isTrue();
    }

    /** What a primary of an earlier term has written comes when the witness has elected another one. */
    @Test
    void aRegisterOfAnEarlierTermIsNotTaken() {
        loseTwo();
        ScriptedLetter stale = c.take(1, 3, Kind.REGISTER_WRITE);
        c.pause(1);
        c.rejoin(2);
        c.elect(2, 3);
        c.hold(2, 1);
        c.pass(150);
        assertThat(register().names(one)).isFalse();
        long index = c.propose(2);
        c.flush(2);
        assertThat(c.commitOf(2)).isEqualTo(index);
        c.deliver(stale);
        assertThat(register().names(two)).isTrue();
        assertThat(register().names(one)).isFalse();
    }

    @Test
    void aWitnessThatWasStartedAnewElectsNobodyButWhomItsRegisterNames() {
        beAlone();
        c.powerCut(3);
        c.start(3);
        checkThatTwoIsNotElected();
        c.start(1);
        c.elect(1, 3);
    }

    /** A witness with another disk may have been told anything. */
    @Test
    void aWitnessWithAnotherDiskElectsNobody() {
        beAlone();
        c.wipe(3);
        c.start(3);
        c.pass(50);
        checkThatTwoIsNotElected();
    }

    @Test
    void aRegisterIsOnTheDeviceBeforeItsAnswerLeaves() {
        loseTwo();
        c.disk(3).device().full(true);
        c.deliver(1, 3, Kind.REGISTER_WRITE);
        assertThat(c.node(3).isRunning()).isTrue();
        assertThat(register().names(two)).isTrue();
        assertThat(c.links.waiting(3, 1)).isEmpty();
    }

    /** Beyond line 27: node 2 has raised node 1's term, and is gone; the witness, which never asks anybody, has not heard. */
    @Test
    void aWitnessThatIsATermBehindCanStillElect() {
        c.reign(1, 2);
        c.askForPreVotes(2);
        c.deliver(2, 1, Kind.VOTE_REQUEST);
        c.deliver(1, 2, Kind.VOTE_REPLY);
        c.deliver(2, 1, Kind.VOTE_REQUEST);
        c.kill(2);
        assertThat(c.term(1)).isGreaterThan(c.term(3));
        c.pass(2_000);
        assertThat(c.replica(1).role()).isEqualTo(Role.PRIMARY);
    }
}
