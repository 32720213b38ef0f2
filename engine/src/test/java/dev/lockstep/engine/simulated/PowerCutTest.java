package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.StartDecision;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class PowerCutTest {
    private static final int SEEDS = 300;

    @Test
    void whatWasFlushedIsAlwaysThereAndTheRestInAnyLength() {
        Set<Long> ends = new TreeSet<>();
        Set<StartDecision> decisions = EnumSet.noneOf(StartDecision.class);
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = DiskUser.started();
            user.append(4);
            user.flush();
            long flushed = user.last().index();
            user.append(4);
            user.restartAfterPowerCut(seed);
            user.checkChain();
            assertThat(user.last().index()).isGreaterThanOrEqualTo(flushed);
            ends.add(user.last().index());
            decisions.add(user.node.decision());
            assertThat(user.node.isSameBoot()).isFalse();
            assertThat(user.node.mayHaveForgotten()).as("it was dirty").isTrue();
            assertThat(user.disk.ballot().ballot().recovering()).isTrue();
        }
        assertThat(ends).containsExactly(6L, 7L, 9L, 10L, 12L);
        assertThat(decisions).containsExactlyInAnyOrder(StartDecision.KEEP, StartDecision.CUT_LOST_SUFFIX);
    }

    @Test
    void aStartMakesDurableWhatItFinds() {
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = DiskUser.started();
            user.append(4);
            FrameRef last = user.last();
            user.restart();
            assertThat(user.node.journal().flushedIndex()).isEqualTo(last.index());
            user.restartAfterPowerCut(seed);
            assertThat(user.last()).isEqualTo(last);
        }
    }

    @Test
    void whatOnePowerCutHasLeftTheNextOneLeavesToo() {
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = DiskUser.started();
            user.append(3);
            FrameRef shared = user.last();
            user.append(5);
            user.cutBehind(shared);
            user.append(5);
            user.disk.powerCut(new SplittableRandom(seed));
            FrameRef left = user.disk.last();
            assertThat(user.disk.holdsDurably(left)).isTrue();
            user.restartAfterPowerCut(seed + SEEDS);
            assertThat(user.last()).isEqualTo(left);
        }
    }

    @Test
    void aCutThatIsLostBringsTheOldHistoryBackAndTakesTheNewOneWithIt() {
        int keptCuts = 0;
        int lostCuts = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = DiskUser.started();
            user.append(3);
            FrameRef shared = user.last();
            user.append(3);
            FrameRef old = user.last();
            user.flush();
            user.cutBehind(shared);
            user.append(6);
            FrameRef ours = user.last();
            assertThat(user.disk.holdsDurably(shared)).isTrue();
            assertThat(user.disk.holdsDurably(ours)).isFalse();
            user.restartAfterPowerCut(seed);
            user.checkChain();
            assertThat(user.disk.holds(shared)).isTrue();
            if (user.disk.holds(old)) {
                assertThat(user.last()).isEqualTo(old);
                lostCuts++;
            } else {
                keptCuts++;
            }
        }
        assertThat(keptCuts).isBetween(SEEDS / 4, 3 * SEEDS / 4);
        assertThat(lostCuts).isBetween(SEEDS / 4, 3 * SEEDS / 4);
    }

    @Test
    void aCutThatWasFlushedStays() {
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = DiskUser.started();
            user.append(3);
            FrameRef shared = user.last();
            user.append(3);
            user.flush();
            user.cutBehind(shared);
            user.flush();
            user.restartAfterPowerCut(seed);
            assertThat(user.last()).isEqualTo(shared);
        }
    }

    @Test
    void aCutMayBeThereWithoutTheOneThatItBuildsOn() {
        boolean wasMet = false;
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = DiskUser.started();
            user.append(2);
            FrameRef first = user.last();
            user.append(6);
            FrameRef old = user.last();
            user.flush();
            user.cutBehind(first);
            user.append(2);
            FrameRef second = user.last();
            user.append(2);
            user.cutBehind(second);
            user.restartAfterPowerCut(seed);
            user.checkChain();
            FrameRef last = user.last();
            wasMet |= last.index() == second.index() && !last.equals(second) && !user.disk.holds(old);
        }
        assertThat(wasMet).isTrue();
    }

    @Test
    void aLogThatBeginsBehindASnapshotOrTheOldOneIsThere() {
        Set<Long> bases = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = DiskUser.started();
            user.append(4);
            FrameRef old = user.last();
            user.flush();
            FrameRef snapshot = new FrameRef(100, 3, 17);
            user.startAfter(snapshot);
            assertThat(user.disk.holdsDurably(snapshot)).isTrue();
            user.append(4);
            user.restartAfterPowerCut(seed);
            user.checkChain();
            bases.add(user.disk.base().index());
            assertThat(user.disk.holds(old)).isEqualTo(user.disk.base().index() == 0);
            assertThat(user.node.marks().commit()).isEqualTo(user.disk.base().index());
            assertThat(user.disk.ballot().ballot().term()).isGreaterThanOrEqualTo(3);
        }
        assertThat(bases).containsExactly(0L, 100L);
    }
}
