package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.testing.FrameMaker;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Safety lines 5, 7 to 10 and 22 to 25: what is committed, what is cut, and what an acknowledgement proves. */
final class SafetyOfLogsTest {
    private static final int MATCHED = 0;

    /** Holds everything from one node to the others but to some. */
    private static void reachOnly(ScriptedCluster c, int from, Integer... only) {
        for (ScriptedNode each : c.all()) {
            if (each.number != from && !List.of(only).contains(each.number)) {
                c.hold(from, each.number);
            }
        }
    }

    /**
     * Raft's figure 8 up to (c): node 1 is primary again, and what it made in an earlier term has come to a majority, but
     * nothing of its present term has.
     *
     * @return the index of that frame
     */
    private static long figureEight(ScriptedCluster c, boolean isNoOp) {
        c.elect(1, 2, 3);
        long index = c.last(1).index();
        if (!isNoOp) {
            c.settle();
            index = c.propose(1);
        }
        reachOnly(c, 1, 2);
        c.deliverAll();
        c.pass(20);
        assertThat(c.disk(2).holding(index)).isEqualTo(c.disk(1).holding(index));
        c.kill(1);
        c.elect(5, 2, 3, 4); // node 2 refuses, and learns of the term
        assertThat(c.last(5).index()).isEqualTo(index);
        c.kill(5);
        c.start(1);
        c.elect(1, 2, 3, 4);
        c.release(1, 3);
        acknowledgeUpTo(c, 2, index);
        acknowledgeUpTo(c, 3, index);
        return index;
    }

    /** A standby of node 1 acknowledges a frame, and gets nothing that comes behind it. */
    private static void acknowledgeUpTo(ScriptedCluster c, int standby, long index) {
        boolean isDone = false;
        for (int i = 0; i < 20 && !isDone; i++) {
            c.deliver(1, standby, Kind.APPEND);
            var reply = c.lastSent(standby, 1, Kind.APPEND_REPLY).appendReply();
            isDone = reply.verdict() == MATCHED && reply.index() == index;
            c.deliver(standby, 1);
        }
        assertThat(isDone).isTrue();
        assertThat(c.last(standby)).isEqualTo(c.disk(1).holding(index));
        assertThat(c.last(1).index()).isGreaterThan(index);
    }

    /** Line 5. */
    @Test
    void aFrameOfAnEarlierTermIsNotCommittedByCounting() {
        ScriptedCluster c = ScriptedCluster.of(5);
        long index = figureEight(c, false);
        c.turn(1);
        assertThat(c.commitOf(1)).isLessThan(index);
        deposedByFive(c, index);
    }

    /** Line 5: the same, where the earlier frame is itself the first one of a reign. */
    @Test
    void norIsTheNoOpOfAnEarlierTerm() {
        ScriptedCluster c = ScriptedCluster.of(5);
        long index = figureEight(c, true);
        c.turn(1);
        assertThat(c.commitOf(1)).isLessThan(index);
        deposedByFive(c, index);
    }

    /** Figure 8 (d): that is why. */
    private static void deposedByFive(ScriptedCluster c, long index) {
        c.kill(1);
        c.start(5);
        c.elect(5, 2, 3, 4);
        c.settle();
        c.start(1);
        c.release(1, 4);
        c.release(1, 5);
        c.settle();
        assertThat(c.commitOf(5)).isGreaterThan(index);
        for (int node = 1; node <= 5; node++) {
            assertThat(c.last(node)).isEqualTo(c.last(5));
        }
        c.checkOneHistory();
    }

    /** Line 5, figure 8 (e): once a frame of the present term has come to a majority too, all before is committed. */
    @Test
    void aFrameOfThePresentTermCommitsAllBeforeItAndNobodyWithoutItIsElected() {
        ScriptedCluster c = ScriptedCluster.of(5);
        long index = figureEight(c, false);
        c.deliverAll();
        c.pass(20);
        assertThat(c.commitOf(1)).isGreaterThan(index);
        FrameRef committed = c.disk(1).holding(index);
        c.kill(1);
        c.start(5);
        assertThat(c.campaign(5, 2, 3, 4)).isFalse();
        c.elect(3, 4, 5);
        c.settle();
        assertThat(c.disk(5).holding(index)).isEqualTo(committed);
    }

    /** Line 7: a standby whose log is longer than what the primary knows of it. */
    @Test
    void onlyThePrefixThatMatchedIsAcknowledged() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(3, 1);
        long shared = c.last(3).index();
        c.hold(3, 1);
        c.hold(3, 2);
        for (int i = 0; i < 6; i++) {
            c.propose(3);
        }
        long before = c.links.sent().size();
        c.kill(3);
        c.elect(1, 2);
        c.release(3, 1);
        c.release(3, 2);
        c.start(3);
        c.settle();
        checkAcknowledgements(c, 1, before);
        ScriptedLetter first = c.sentBy(3, Kind.APPEND_REPLY).stream()
                .filter(each -> each.number() >= before
                        && each.to() == 1
                        && each.appendReply().verdict() == MATCHED)
                .findFirst()
                .orElseThrow();
        assertThat(first.appendReply().index()).isEqualTo(shared);
        assertThat(c.last(3)).isEqualTo(c.last(1));
    }

    /** Whatever was acknowledged was, at that moment, what the primary has there. */
    private static void checkAcknowledgements(ScriptedCluster c, int primary, long since) {
        for (ScriptedLetter each : c.links.sent()) {
            boolean isDue = each.number() >= since
                    && each.to() == primary
                    && each.is(Kind.APPEND_REPLY)
                    && each.appendReply().verdict() == MATCHED;
            if (isDue) {
                assertThat(each.named())
                        .as("what %d acknowledged", each.from())
                        .isEqualTo(c.disk(primary).holding(each.appendReply().index()));
            }
        }
    }

    /** Line 8: a flush begins, the log is cut and written anew as far, the flush ends. */
    @Test
    void aFlushOfWhatWasCutMeanwhileProvesNothing() {
        ScriptedCluster c = ScriptedCluster.flushedOf(3);
        c.elect(3, 1);
        c.deliverAll();
        c.flushAll();
        c.settle();
        long shared = c.last(3).index();
        c.hold(3, 1);
        c.hold(3, 2);
        for (int i = 0; i < 4; i++) {
            c.propose(3);
        }
        SimulatedJournal journal = c.node(3).started.journal();
        SimulatedJournal.Flush stale = journal.beginFlush();
        c.isolate(3);
        c.elect(1, 2);
        c.deliverAll();
        c.pass(20);
        for (int i = 0; i < 6; i++) {
            c.propose(1);
        }
        c.release(3, 1);
        c.release(3, 2);
        c.rejoin(3);
        c.settle();
        assertThat(c.last(3)).isEqualTo(c.last(1));
        long before = c.links.sent().size();
        c.node(3).guarded(() -> journal.flush(stale));
        c.turn(3);
        c.deliverAll();
        assertThat(c.disk(3).durableIndex()).isEqualTo(shared);
        for (ScriptedLetter each : c.sentBy(3, Kind.APPEND_REPLY)) {
            assertThat(each.appendReply().flushedIndex()).isLessThanOrEqualTo(each.durableIndex());
        }
        assertThat(c.links.sent().stream()
                        .filter(each -> each.number() >= before && each.is(Kind.APPEND_REPLY))
                        .filter(each -> each.appendReply().flushedIndex() > shared))
                .isEmpty();
        assertThat(c.commitOf(1)).isLessThanOrEqualTo(shared);
        c.flush(3);
        c.flush(1);
        c.settle();
        assertThat(c.commitOf(1)).isEqualTo(c.last(1).index());
    }

    /** Line 9: what comes late, or twice, is no reason to cut what came behind it. */
    @Test
    void anAppendThatComesAgainCutsNothing() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2);
        c.hold(2, 1);
        c.hold(3, 1);
        for (int i = 0; i < 5; i++) {
            c.propose(1);
        }
        c.deliverAll();
        FrameRef last = c.last(1);
        assertThat(c.last(3)).isEqualTo(last);
        for (ScriptedLetter each : List.copyOf(c.sentBy(1, Kind.APPEND))) {
            if (each.to() == 3) {
                c.deliver(each);
                assertThat(c.last(3)).isEqualTo(last);
            }
        }
    }

    /** Line 9: a primary that nobody can have elected sends another frame where one is committed. */
    @Test
    void nothingThatIsCommittedIsEverCut() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2);
        c.propose(1);
        ScriptedLetter real = c.take(1, 3, Kind.APPEND);
        c.deliver(real);
        c.settle();
        long index = real.append().previous().index() + 1;
        assertThat(c.commitOf(3)).isGreaterThanOrEqualTo(index);
        FrameRef last = c.last(3);
        var previous = real.append().previous();
        FrameMaker maker = new FrameMaker(64)
                .after(new FrameRef(previous.index(), previous.term(), previous.crc()))
                .term(c.term(1) + 1)
                .next(1, 8);
        c.deliver(real.carrying(maker.buffer(), maker.length()));
        assertThat(c.node(3).failure).isInstanceOf(Invariant.Violation.class);
        assertThat(c.last(3)).isEqualTo(last);
    }

    /** Line 10. */
    @Test
    void aNodeThatWasKilledKnowsWhatItKnewToBeCommitted() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2);
        long index = c.commit(1);
        assertThat(c.commitOf(3)).isEqualTo(index);
        c.restart(3);
        assertThat(c.commitOf(3)).isEqualTo(index);
        c.restart(1);
        assertThat(c.commitOf(1)).isEqualTo(index);
        assertThat(c.replica(1).role()).isEqualTo(Role.STANDBY); // it never resumes a reign
    }

    /** Line 10: what was said when less was committed comes late. */
    @Test
    void anOlderCommitTakesNothingBack() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2);
        ScriptedLetter older = c.lastSent(1, 3, Kind.HEARTBEAT);
        ScriptedLetter olderAppend = c.lastSent(1, 3, Kind.APPEND);
        long index = c.commit(1);
        c.deliver(older);
        c.deliver(olderAppend);
        assertThat(c.commitOf(3)).isEqualTo(index);
        assertThat(c.heard(3).committed).isSorted();
    }

    /** Line 10: another boot, where commit may begin again lower, but term and epoch may not. */
    @Test
    void aPowerCutTakesNoTermBack() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2);
        c.reign(2, 3);
        var before = c.replica(3).term();
        c.powerCut(3);
        c.start(3);
        assertThat(c.replica(3).term()).isEqualTo(before);
    }

    /** Line 22: five nodes; an acknowledgement waits while its receiver is deposed and elected again. */
    @Test
    void whatWasAcknowledgedInAnEarlierTermCountsForNothingNow() {
        ScriptedCluster c = ScriptedCluster.of(5);
        c.reign(1, 2, 3);
        reachOnly(c, 1, 2);
        c.hold(2, 1);
        for (int i = 0; i < 6; i++) {
            c.propose(1);
        }
        long acknowledged = c.last(1).index();
        c.deliverAll();
        ScriptedLetter stale = c.lastSent(2, 1, Kind.APPEND_REPLY);
        assertThat(stale.appendReply().index()).isEqualTo(acknowledged);
        c.isolate(2);
        c.isolate(1);
        c.elect(3, 4, 5);
        c.release(1, 3);
        c.links.join(3, 1);
        c.settle();
        assertThat(c.last(1)).isEqualTo(c.last(3)); // what only node 2 holds besides is gone here
        c.kill(3);
        for (int other = 2; other <= 5; other++) {
            c.links.join(1, other);
            c.release(1, other);
        }
        c.hold(1, 5);
        c.elect(1, 4, 5);
        reachOnly(c, 1, 4);
        c.deliverAll();
        c.pass(20);
        c.links.takeAll(2, 1);
        long index = c.last(1).index();
        assertThat(index).isLessThanOrEqualTo(acknowledged);
        long commit = c.commitOf(1);
        assertThat(commit).isLessThan(index); // nodes 1 and 4 hold it: two of five
        c.deliver(stale);
        assertThat(c.commitOf(1)).isEqualTo(commit);
    }

    /** Line 23: a standby with another history learns how far the new primary has committed. */
    @Test
    void aStandbysCommitStaysWithinWhatIsKnownToBeThePrimarys() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(3, 1);
        long shared = c.commitOf(3);
        c.hold(3, 1);
        c.hold(3, 2);
        for (int i = 0; i < 6; i++) {
            c.propose(3);
        }
        c.kill(3);
        c.elect(1, 2);
        c.settle();
        c.commit(1);
        assertThat(c.commitOf(1)).isGreaterThan(shared);
        c.start(3);
        c.tick(20);
        c.deliver(1, 3, Kind.HEARTBEAT);
        assertThat(c.commitOf(3)).isEqualTo(shared);
        while (!c.last(3).equals(c.last(1))) {
            c.turn(1);
            c.deliver(1, 3);
            c.deliver(3, 1);
            c.checkOneHistory();
            c.tick(10);
        }
        c.settle();
        c.checkOneHistory();
        assertThat(c.commitOf(3)).isEqualTo(c.commitOf(1));
    }

    /** Line 24. */
    @Test
    void aFrameThatWasSentAndCannotBeAppendedEndsTheReign() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2);
        long term = c.term(1);
        c.disk(1).device().refuseNextAppend();
        assertThat(c.tryPropose(1)).isNegative();
        long index = c.lastSent(1, 2, Kind.APPEND).append().previous().index() + 1;
        assertThat(c.node(1).failure).isInstanceOf(StorageException.class);
        assertThat(c.node(1).isRunning()).isFalse();
        c.start(1);
        assertThat(c.replica(1).role()).isEqualTo(Role.STANDBY);
        assertThat(c.tryPropose(1)).isNegative();
        assertThat(c.last(1).index()).isLessThan(index);
        c.elect(1, 2);
        assertThat(c.term(1)).isGreaterThan(term);
        assertThat(c.disk(1).holding(index).term()).isGreaterThan(term);
    }
}
