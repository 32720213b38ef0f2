package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.Register;
import dev.lockstep.storage.ballot.RegisterStore;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.node.Durability;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SimulatedStartTest {
    private final DiskUser user = DiskUser.started();

    private Ballot ballot() {
        return user.disk.ballot().ballot();
    }

    @Test
    void theFirstStartMintsAnIdentity() {
        assertThat(user.node.isFirst()).isTrue();
        assertThat(user.node.isSameBoot()).isFalse();
        assertThat(user.node.decision()).isEqualTo(StartDecision.KEEP);
        assertThat(user.node.mayHaveForgotten()).isFalse();
        assertThat(ballot().identity()).isEqualTo(new Identity(101));
        assertThat(ballot().startCounter()).isEqualTo(1);
        assertThat(ballot().dirty()).isTrue();
        assertThat(user.node.journal().identity()).isEqualTo(new Identity(101));
    }

    @Test
    void aPowerCutOfADirtyNodeMakesItRecoveringAndItStaysSo() {
        user.node.marks().commit(0);
        user.append(3);
        user.flush();
        user.restartAfterPowerCut(1);
        assertThat(user.node.isSameBoot()).isFalse();
        assertThat(user.node.mayHaveForgotten()).isTrue();
        assertThat(ballot().recovering()).isTrue();
        assertThat(user.node.marks().promised()).isEqualTo(user.last().index());
        assertThat(user.node.marks().commit()).isZero();
        user.restart();
        assertThat(user.node.mayHaveForgotten()).isFalse();
        assertThat(ballot().recovering()).isTrue();
    }

    @Test
    void aNodeThatFlushesIsNeverDirtyAndForgetsNothing() {
        DiskUser flushing = new DiskUser(Durability.FLUSHED, false);
        flushing.start();
        flushing.append(3);
        flushing.flush();
        assertThat(flushing.disk.ballot().ballot().dirty()).isFalse();
        flushing.restartAfterPowerCut(1);
        assertThat(flushing.node.mayHaveForgotten()).isFalse();
        assertThat(flushing.disk.ballot().ballot().recovering()).isFalse();
    }

    @Test
    void damageInTheSameBootIsPutAsideAndTheNodeRecovers() {
        user.append(6);
        FrameRef damaged = user.disk.damageSomeFrame(new SplittableRandom(3));
        user.restart();
        assertThat(user.node.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
        assertThat(user.node.mayHaveForgotten()).isTrue();
        assertThat(ballot().recovering()).isTrue();
        assertThat(user.last().index()).isLessThan(damaged.index());
        assertThat(user.node.marks().promised()).isEqualTo(user.last().index());
        assertThat(user.disk.files().journal().asides()).isEqualTo(1);
        user.checkChain();
    }

    @Test
    void aNodeThatIsAloneRefusesToStartOnDamageAndChangesNothing() {
        DiskUser alone = new DiskUser(Durability.APPENDED, true);
        alone.start();
        alone.append(6);
        FrameRef last = alone.last();
        alone.disk.damageSomeFrame(new SplittableRandom(3));
        alone.disk.kill();
        Ballot before = alone.disk.ballot().ballot();
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(alone::start).isInstanceOf(StorageException.Damaged.class);
            assertThat(alone.disk.last()).isEqualTo(last);
            assertThat(alone.disk.ballot().ballot()).isEqualTo(before);
        }
    }

    @Test
    void aNodeThatIsAloneGoesOnWithoutWhatAPowerCutTook() {
        DiskUser alone = new DiskUser(Durability.APPENDED, true);
        alone.start();
        alone.append(6);
        alone.restartAfterPowerCut(1);
        assertThat(alone.node.mayHaveForgotten()).isTrue();
        assertThat(alone.disk.ballot().ballot().recovering()).isFalse();
    }

    @Test
    void aBallotThatIsLostOrDamagedMakesTheNodeSomebodyElse() {
        loseIdentity(() -> user.disk.files().ballot().damage(), 1);
        loseIdentity(() -> user.disk.files().ballot().lose(), 2);
        loseIdentity(() -> user.disk.files().register().damage(), 3);
    }

    private void loseIdentity(Runnable loss, int times) {
        user.append(3);
        user.node.register().write(new Register(0, 1, 1, new Identity(1), Identity.NONE));
        user.node.snapshots().publish(DiskUser.manifest(user.last()), new byte[3]);
        Identity before = ballot().identity();
        user.disk.kill();
        loss.run();
        user.start();
        assertThat(user.node.isFirst()).isFalse();
        assertThat(ballot().identity()).isNotEqualTo(before);
        assertThat(ballot().startCounter()).isEqualTo(1);
        assertThat(user.node.journal().appendedIndex()).isZero();
        assertThat(user.node.snapshots().newest()).isNull();
        assertThat(user.node.marks().promised()).isZero();
        assertThat(user.node.register().read().state()).isEqualTo(RegisterStore.State.ABSENT);
        assertThat(user.node.mayHaveForgotten()).isFalse();
        assertThat(user.disk.lostIdentities()).isEqualTo(times);
    }

    @Test
    void aNodeThatIsAloneRefusesToStartWithoutItsBallot() {
        DiskUser alone = new DiskUser(Durability.FLUSHED, true);
        alone.start();
        alone.disk.kill();
        alone.disk.files().ballot().lose();
        assertThatThrownBy(alone::start).isInstanceOf(StorageException.Damaged.class);
    }

    @Test
    void aStartTakesTheHighestTermThatItHasSeen() {
        user.maker.term(6);
        user.append(1);
        user.restart();
        assertThat(ballot().term()).isEqualTo(6);
        user.node.snapshots().publish(DiskUser.manifest(new FrameRef(50, 9, 1)), new byte[1]);
        user.restart();
        assertThat(ballot().term()).isEqualTo(9);
    }

    @Test
    void aLogBehindASnapshotThatIsNotThereIsDamage() {
        user.append(2);
        user.node.snapshots().publish(DiskUser.manifest(new FrameRef(49, 1, 4)), new byte[1]);
        user.node.journal().startAfter(new FrameRef(50, 1, 5));
        user.flush();
        user.restart();
        assertThat(user.node.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
        assertThat(user.last()).isEqualTo(FrameRef.ORIGIN);
    }

    @Test
    void withoutRoomForWhatItMustWriteAStartFailsAndCanBeTriedAgain() {
        user.append(6);
        user.disk.damageSomeFrame(new SplittableRandom(3));
        user.disk.kill();
        user.disk.device().full(true);
        assertThatThrownBy(user::start).isInstanceOf(StorageException.DiskFull.class);
        user.disk.device().full(false);
        user.disk.device().logFull(true);
        assertThatThrownBy(user::start).isInstanceOf(StorageException.DiskFull.class);
        user.disk.device().logFull(false);
        user.start();
        assertThat(user.node.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
        assertThat(ballot().recovering()).isTrue();
    }
}
