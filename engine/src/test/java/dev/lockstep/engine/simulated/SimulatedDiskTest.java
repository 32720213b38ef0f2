package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.node.Durability;
import org.junit.jupiter.api.Test;

final class SimulatedDiskTest {
    private final DiskUser user = DiskUser.started();

    private Ballot ballot() {
        return user.disk.ballot().ballot();
    }

    @Test
    void aKilledProcessLeavesAllThatItDid() {
        user.append(5);
        user.node.marks().commit(4);
        FrameRef last = user.last();
        user.restart();
        assertThat(user.node.isFirst()).isFalse();
        assertThat(user.node.isSameBoot()).isTrue();
        assertThat(user.node.decision()).isEqualTo(StartDecision.KEEP);
        assertThat(user.node.mayHaveForgotten()).isFalse();
        assertThat(user.last()).isEqualTo(last);
        assertThat(user.node.marks().promised()).isEqualTo(last.index());
        assertThat(user.node.marks().commit()).isEqualTo(4);
        assertThat(ballot().startCounter()).isEqualTo(2);
        assertThat(ballot().recovering()).isFalse();
    }

    @Test
    void whatADeadProcessHadOpenedCanNoLongerBeUsed() {
        user.append(3);
        SimulatedDisk.Started old = user.node;
        JournalReader reader = old.journal().newReader();
        reader.seek(1);
        user.restart();
        checkDead(() -> old.journal().reserve(100));
        checkDead(() -> old.journal().append(user.maker.buffer(), 0, user.maker.length()));
        checkDead(() -> old.journal().appendedIndex());
        checkDead(() -> old.journal().flushedIndex());
        checkDead(() -> old.journal().flush(new SimulatedJournal.Flush(1, 1)));
        checkDead(() -> old.journal().truncateFrom(3));
        checkDead(() -> old.journal().prepare());
        checkDead(reader::next);
        checkDead(() -> old.marks().promised(1));
        checkDead(() -> old.marks().commit());
        checkDead(() -> old.ballots().read());
        checkDead(() -> old.ballots().write(ballot()));
        checkDead(() -> old.register().read());
        checkDead(() -> old.orphans().seal());
        checkDead(() -> old.snapshots().newest());
        checkDead(() -> old.snapshots().wantedChunk(new FrameRef(1, 1, 1)));
        old.marks().close();
    }

    private static void checkDead(org.assertj.core.api.ThrowableAssert.ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(Invariant.Violation.class).hasMessageContaining("has ended");
    }

    @Test
    void oneProcessAtATimeHasTheDisk() {
        assertThatThrownBy(user::start).isInstanceOf(StorageException.InUse.class);
    }

    @Test
    void aTornTailOfAKilledProcessIsCut() {
        user.append(3);
        FrameRef last = user.last();
        user.disk.killInsideAppend();
        user.start();
        assertThat(user.node.decision()).isEqualTo(StartDecision.CUT_TORN_TAIL);
        assertThat(user.node.mayHaveForgotten()).isFalse();
        assertThat(user.last()).isEqualTo(last);
        user.restart();
        assertThat(user.node.decision()).isEqualTo(StartDecision.KEEP);
    }

    @Test
    void anOrderlyCloseFlushesAndSaysSo() {
        user.append(5);
        FrameRef last = user.last();
        user.disk.closeOrderly();
        assertThat(ballot().dirty()).isFalse();
        assertThat(user.disk.holdsDurably(last)).isTrue();
        user.restartAfterPowerCut(1);
        assertThat(user.last()).isEqualTo(last);
        assertThat(user.node.mayHaveForgotten()).isFalse();
        assertThat(ballot().recovering()).isFalse();
        assertThat(ballot().dirty()).isTrue();
    }

    @Test
    void aCloseAfterAFailureLeavesTheBallotDirty() {
        user.append(5);
        user.disk.device().failNextForce();
        assertThatThrownBy(user.disk::closeOrderly).isInstanceOf(StorageException.ForceFailed.class);
        assertThat(ballot().dirty()).isTrue();
        user.start();
        user.append(1);
        user.disk.device().refuseNextAppend();
        assertThatThrownBy(() -> user.append(1)).isInstanceOf(StorageException.class);
        user.disk.closeOrderly();
        assertThat(ballot().dirty()).isTrue();
    }

    @Test
    void aWipedDiskIsNew() {
        user.append(3);
        user.disk.wipe();
        assertThat(user.disk.ballot()).isEqualTo(BallotStore.Reading.absent());
        user.start();
        assertThat(user.node.isFirst()).isTrue();
        assertThat(user.node.journal().appendedIndex()).isZero();
    }

    @Test
    void aCopyGoesItsOwnWay() {
        user.restartAfterPowerCut(1);
        user.append(3);
        FrameRef shared = user.last();
        user.node.snapshots().publish(DiskUser.manifest(shared), new byte[3]);
        SimulatedDisk copy = user.disk.copy();
        user.append(2);
        FrameRef last = user.last();
        assertThat(copy.last()).isEqualTo(shared);
        assertThat(copy.promised()).isEqualTo(shared.index());
        SimulatedDisk.Started other = copy.start(Durability.APPENDED, false, () -> 9);
        assertThat(other.isSameBoot()).isTrue();
        assertThat(other.snapshots().newest()).isEqualTo(user.node.snapshots().newest());
        other.ballots().write(other.ballots().read().ballot().started());
        other.marks().promised(0);
        other.journal().truncateFrom(1);
        assertThat(user.last()).isEqualTo(last);
        assertThat(user.node.marks().promised()).isEqualTo(last.index());
        assertThat(ballot().startCounter()).isEqualTo(2);
    }

    @Test
    void aDiskThatIsSetBackHasWhatItHadAndTheCopyStaysAsItWas() {
        DiskUser user = DiskUser.started();
        user.append(2);
        FrameRef then = user.last();
        SimulatedDisk copy = user.disk.copy();
        user.append(3);
        FrameRef now = user.last();
        for (int i = 0; i < 2; i++) {
            user.disk.setBackTo(copy);
            assertThat(user.disk.last()).isEqualTo(then);
            user.start();
            user.append(1);
            assertThat(user.disk.holds(now)).isFalse();
            assertThat(copy.last()).isEqualTo(then);
        }
        assertThat(user.disk.ballot().ballot().startCounter())
                .isEqualTo(copy.ballot().ballot().startCounter() + 1);
    }

    @Test
    void aDirectoryThatIsSetBackIsOfTheBootThatItStemsFrom() {
        user.append(3);
        SimulatedDisk saved = user.disk.copy();
        user.restartAfterPowerCut(1);
        user.disk.kill();
        SimulatedDisk.Started setBack = saved.inBoot(user.disk.boot()).start(Durability.APPENDED, false, () -> 9);
        assertThat(setBack.isSameBoot()).isFalse();
        assertThat(setBack.mayHaveForgotten()).isTrue();
    }

    @Test
    void theOracleIsToldWhatIsThereAndWhatStays() {
        user.append(2);
        FrameRef flushed = user.last();
        user.flush();
        user.append(2);
        FrameRef appended = user.last();
        assertThat(user.disk.holds(appended)).isTrue();
        assertThat(user.disk.holds(new FrameRef(appended.index(), appended.term(), appended.crc() + 1)))
                .isFalse();
        assertThat(user.disk.holdsDurably(flushed)).isTrue();
        assertThat(user.disk.holdsDurably(appended)).isFalse();
        assertThat(user.disk.last()).isEqualTo(appended);
        assertThat(user.disk.base()).isEqualTo(FrameRef.ORIGIN);
        assertThat(user.disk.durableIndex()).isEqualTo(flushed.index());
        assertThat(user.disk.holding(flushed.index() - 1)).isEqualTo(flushed);
        assertThat(user.disk.holding(0)).isEqualTo(FrameRef.ORIGIN);
        assertThat(user.disk.holding(99)).isNull();
        assertThat(user.disk.firstDamagedIndex()).isZero();
        assertThat(user.disk.promised()).isEqualTo(appended.index());
        user.node.snapshots().publish(DiskUser.manifest(appended), new byte[] {4});
        assertThat(user.disk.holdsDurably(appended)).isTrue();
        assertThat(user.disk.snapshots()).containsExactly(DiskUser.manifest(appended));
        assertThat(user.disk.snapshotState(appended)).containsExactly(4);
        assertThat(user.disk.snapshotState(flushed)).isNull();
    }
}
