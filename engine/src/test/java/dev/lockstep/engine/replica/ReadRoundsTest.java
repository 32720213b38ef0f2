package dev.lockstep.engine.replica;

import static dev.lockstep.engine.replica.CoreOfOne.TIMEOUT_NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.testing.NotedEvents.Answered;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads that node 1 and others ask node 1, the primary, about; its reign begins with index 5. */
final class ReadRoundsTest {
    private static final int SELF = 1;
    private static final int NO_OP = 5;
    private static final int MOST_PENDING = 4096;

    private final CoreOfOne one = new CoreOfOne();
    private final ReadRounds reads = new ReadRounds(one.core);

    @BeforeEach
    void begin() {
        one.at(0, 0);
        one.core.commit.advanceTo(8);
    }

    private void add(long id) {
        reads.add(id, SELF, NO_OP);
    }

    @Test
    void allWhoAskBeforeARoundIsSentShareIt() {
        add(1);
        long round = reads.round();
        add(2);
        assertThat(reads.round()).isEqualTo(round);
        assertThat(reads.isRoundDue()).isTrue();
        reads.onConfirmed(round - 1, 8);
        assertThat(one.listener.readable).isEmpty();
        reads.onConfirmed(round, 8);
        assertThat(one.listener.readable).containsExactly(new Answered(1, 8), new Answered(2, 8));
        assertThat(reads.isAwaited()).isFalse();
    }

    @Test
    void whoAsksAfterARoundWasSentWaitsForAnotherOne() {
        add(1);
        long first = reads.round();
        reads.onRoundSent();
        assertThat(reads.isRoundDue()).isFalse();
        add(2);
        assertThat(reads.round()).isGreaterThan(first);
        assertThat(reads.isRoundDue()).isTrue();
        reads.onConfirmed(first, 8);
        assertThat(one.listener.readable).containsExactly(new Answered(1, 8));
        assertThat(reads.isAwaited()).isTrue();
    }

    @Test
    void aReadIsOfWhatWasCommittedWhenItWasAskedFor() {
        add(1);
        one.core.commit.advanceTo(12);
        reads.onRoundSent();
        add(2);
        reads.onConfirmed(reads.round(), 12);
        assertThat(one.listener.readable).containsExactly(new Answered(1, 8), new Answered(2, 12));
    }

    @Test
    void untilTheFirstFrameOfTheReignIsCommittedNobodyIsAnsweredAndThenNotWithLess() {
        reads.add(1, SELF, 10);
        reads.onConfirmed(reads.round(), 0);
        assertThat(one.listener.readable).isEmpty();
        reads.onConfirmed(reads.round(), 11);
        assertThat(one.listener.readable).containsExactly(new Answered(1, 10));
    }

    @Test
    void anotherNodesReadIsAnsweredThere() {
        reads.add(7, 3, NO_OP);
        reads.onConfirmed(reads.round(), 8);
        reads.add(8, 2, NO_OP);
        reads.end();
        assertThat(one.links.takeWords()).containsExactly("3: read 7 at 8", "2: read 8 at -1");
        assertThat(one.listener.readable).isEmpty();
    }

    @Test
    void whoWaitsForMoreThanTwoTimeoutsIsToldThatNobodyCanSay() {
        add(1);
        one.pass(2 * TIMEOUT_NS);
        add(2);
        reads.expire();
        assertThat(one.listener.readable).isEmpty();
        one.pass(1);
        reads.expire();
        assertThat(one.listener.readable).containsExactly(new Answered(1, -1));
    }

    @Test
    void whoComesWhenTooManyWaitIsToldSoAtOnceAndTheOthersWaitOn() {
        for (int id = 0; id <= MOST_PENDING; id++) {
            add(id);
        }
        assertThat(one.listener.readable).containsExactly(new Answered(MOST_PENDING, -1));
        reads.onConfirmed(reads.round(), 8);
        assertThat(one.listener.readable).hasSize(MOST_PENDING + 1);
    }
}
