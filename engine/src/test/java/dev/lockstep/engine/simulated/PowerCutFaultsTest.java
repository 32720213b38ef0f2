package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.node.Durability;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PowerCutFaultsTest {
    private static final int SEEDS = 300;

    @Test
    void afterAForceThatFailedNothingUnflushedIsOnTheDevice() {
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = DiskUser.started();
            user.append(2);
            user.flush();
            FrameRef flushed = user.last();
            user.append(2);
            user.disk.device().failNextForce();
            assertThatThrownBy(user::flush).isInstanceOf(StorageException.ForceFailed.class);
            user.restartAfterPowerCut(seed);
            assertThat(user.last()).isEqualTo(flushed);
        }
    }

    @Test
    void afterAForceThatFailedARestartWritesAnew() {
        int kept = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = DiskUser.started();
            user.append(4);
            FrameRef last = user.last();
            user.disk.device().failNextForce();
            assertThatThrownBy(user::flush).isInstanceOf(StorageException.ForceFailed.class);
            user.restart();
            assertThat(user.last()).isEqualTo(last);
            user.append(1);
            FrameRef unflushed = user.last();
            user.restartAfterPowerCut(seed);
            assertThat(user.disk.holds(last)).isTrue();
            kept += user.disk.holds(unflushed) ? 1 : 0;
        }
        assertThat(kept).isBetween(SEEDS / 4, 3 * SEEDS / 4);
    }

    @Test
    void aTornTailIsCutAlsoInAnotherBoot() {
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = DiskUser.started();
            user.append(4);
            user.flush();
            FrameRef last = user.last();
            user.disk.killInsideAppend();
            user.restartAfterPowerCut(seed);
            assertThat(user.last()).isEqualTo(last);
            assertThat(user.node.decision()).isIn(StartDecision.KEEP, StartDecision.CUT_LOST_SUFFIX);
        }
    }

    @Test
    void damageInWhatWasFlushedIsPutAsideAndBehindThatIsALostSuffix() {
        Set<StartDecision> decisions = EnumSet.noneOf(StartDecision.class);
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = new DiskUser(Durability.FLUSHED, false);
            user.start();
            user.append(4);
            user.flush();
            long flushed = user.last().index();
            user.append(4);
            FrameRef damaged = user.disk.damageSomeFrame(new SplittableRandom(seed));
            user.disk.powerCut(new SplittableRandom(seed));
            user.start();
            user.checkChain();
            assertThat(user.disk.holds(damaged)).isFalse();
            if (damaged.index() <= flushed) {
                assertThat(user.node.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
            }
            decisions.add(user.node.decision());
            assertThat(user.disk.ballot().ballot().recovering())
                    .isEqualTo(user.node.decision() == StartDecision.SET_ASIDE_DAMAGE);
        }
        assertThat(decisions).contains(StartDecision.SET_ASIDE_DAMAGE, StartDecision.CUT_LOST_SUFFIX);
    }

    @Test
    void whatAStartHasMadeDurableIsNotedAsFlushed() {
        DiskUser user = new DiskUser(Durability.FLUSHED, false);
        user.start();
        user.append(4);
        user.restart();
        user.disk.damageSomeFrame(new SplittableRandom(1));
        user.restartAfterPowerCut(1);
        assertThat(user.node.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
    }

    @Test
    void aNoteThatIsLateTellsNothingOfWhatWasFlushedLast() {
        DiskUser user = new DiskUser(Durability.FLUSHED, false);
        user.start();
        user.disk.files().journal().markLate(true);
        user.append(4);
        user.flush();
        SimulatedDisk closed = user.disk.copy();
        user.disk.damageSomeFrame(new SplittableRandom(1));
        user.restartAfterPowerCut(1);
        assertThat(user.node.decision()).isEqualTo(StartDecision.CUT_LOST_SUFFIX);
        user.disk = closed;
        user.start();
        user.append(1);
        user.disk.closeOrderly();
        user.disk.damageSomeFrame(new SplittableRandom(1));
        user.restartAfterPowerCut(1);
        assertThat(user.node.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
    }

    @Test
    void aHistoryThatComesBackIsNotedAsFlushedAsItWas() {
        int asides = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            DiskUser user = new DiskUser(Durability.FLUSHED, false);
            user.start();
            user.append(1);
            FrameRef shared = user.last();
            user.append(5);
            FrameRef old = user.last();
            user.flush();
            user.cutBehind(shared);
            user.disk.powerCut(new SplittableRandom(seed));
            if (user.disk.holds(old)) {
                user.disk.damageSomeFrame(new SplittableRandom(seed));
                user.start();
                assertThat(user.node.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
                asides++;
            }
        }
        assertThat(asides).isPositive();
    }
}
