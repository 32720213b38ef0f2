package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalContract;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.JournalSpace;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.node.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class SimulatedJournalTest extends JournalContract {
    private final SimulatedDisk disk = new SimulatedDisk();
    private SimulatedDisk.Started node = start();

    private SimulatedDisk.Started start() {
        return disk.start(Durability.APPENDED, false, () -> 7);
    }

    @Override
    protected Journal journal() {
        return node.journal();
    }

    @Override
    protected Marks marks() {
        return node.marks();
    }

    @Override
    protected void settle() {
        node.journal().prepare();
        flush();
    }

    private void flush() {
        node.journal().flush(node.journal().beginFlush());
    }

    @Override
    protected void reopen() {
        disk.closeOrderly();
        node = start();
    }

    @Test
    void aFlushThatWasOvertakenByACutProvesNothing() {
        appendMany(5, 100);
        SimulatedJournal.Flush flush = node.journal().beginFlush();
        cutFrom(3);
        maker.term(2);
        appendMany(3, 100);
        node.journal().flush(flush);
        assertThat(journal().flushedIndex()).isZero();
        assertThat(disk.durableIndex()).isZero();
    }

    @Test
    void aFlushProvesWhatWasThereWhenItBegan() {
        List<Long> heard = new ArrayList<>();
        journal().onFlushed((generation, index) -> heard.add(index));
        appendMany(5, 100);
        SimulatedJournal.Flush flush = node.journal().beginFlush();
        appendMany(5, 100);
        node.journal().flush(flush);
        node.journal().flush(flush);
        assertThat(journal().flushedIndex()).isEqualTo(5);
        assertThat(heard).containsExactly(5L);
    }

    @Test
    void aSnapshotThatTheLogBeginsBehindCountsAsFlushedOnlyWithTheNextFlush() {
        appendMany(5, 100);
        flush();
        assertThat(journal().startAfter(new FrameRef(50, 3, 9))).isTrue();
        assertThat(journal().flushedIndex()).isEqualTo(5);
        flush();
        assertThat(journal().flushedIndex()).isEqualTo(50);
    }

    @Test
    void whereFramesGoOnInAnOldSegmentTheNextOneIsNotReadyAtTheStart() {
        appendMany(3, 100);
        reopen();
        assertThat(journal().space()).isEqualTo(JournalSpace.PREPARING);
        assertThat(journal().truncateFrom(2)).isFalse();
        append(1, 100);
        node.journal().prepare();
        assertThat(journal().truncateFrom(2)).isTrue();
    }

    @Test
    void whoStandsBehindADamagedFrameIsTold() {
        append(1, 30);
        disk.damageSomeFrame(new SplittableRandom(4));
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.seek(2)).isEqualTo(ReadResult.DAMAGED);
            assertThat(reader.damage().index()).isEqualTo(1);
        }
    }

    @Test
    void aSecondCutMustWaitForTheNextSegment() {
        appendMany(9, 100);
        assertThat(journal().truncateFrom(8)).isTrue();
        assertThat(journal().space()).isEqualTo(JournalSpace.PREPARING);
        assertThat(journal().truncateFrom(6)).isFalse();
        assertThat(journal().startAfter(new FrameRef(50, 3, 9))).isFalse();
        assertThat(journal().setAsideFrom(6)).isFalse();
        assertThat(journal().appendedIndex()).isEqualTo(7);
        node.journal().prepare();
        assertThat(journal().truncateFrom(6)).isTrue();
    }

    @Test
    void onAFullDiskThereIsRoomForNothingButWhatWasReserved() {
        maker.next(1, 100);
        assertThat(journal().reserve(maker.length())).isTrue();
        disk.device().logFull(true);
        assertThat(journal().space()).isEqualTo(JournalSpace.DISK_FULL);
        assertThat(journal().reserve(maker.length())).isFalse();
        journal().append(maker.buffer(), 0, maker.length());
        assertThat(journal().truncateFrom(1)).isFalse();
        disk.device().logFull(false);
        assertThat(journal().space()).isEqualTo(JournalSpace.READY);
        assertThat(journal().reserve(maker.length())).isTrue();
    }

    @Test
    void withoutRoomForAnotherSegmentFramesAreTakenAndNothingIsCut() {
        maker.next(1, 100);
        disk.device().nextSegmentFull(true);
        assertThat(journal().space()).isEqualTo(JournalSpace.DISK_FULL);
        assertThat(journal().reserve(maker.length())).isTrue();
        journal().append(maker.buffer(), 0, maker.length());
        assertThat(journal().truncateFrom(1)).isFalse();
        assertThat(journal().startAfter(new FrameRef(9, 9, 9))).isFalse();
        disk.device().nextSegmentFull(false);
        assertThat(journal().truncateFrom(1)).isTrue();
    }

    @Test
    void aFrameInMemoryThatTheRealJournalCannotTakeIsRefused() {
        maker.next(1, 100);
        byte[] frame = new byte[maker.length()];
        maker.buffer().getBytes(0, frame);
        assertThat(journal().reserve(frame.length)).isTrue();
        assertThatThrownBy(() -> journal().append(new UnsafeBuffer(frame), 0, frame.length))
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("not direct");
    }

    @Test
    void anAppendThatIsRefusedStopsTheWriterAndIsNoDamage() {
        appendMany(3, 100);
        FrameRef last = journal().appended();
        marks().promised(3);
        disk.device().refuseNextAppend();
        assertThatThrownBy(() -> append(1, 100)).isInstanceOf(StorageException.class);
        checkUnsound();
        assertThat(journal().appended()).isEqualTo(last);
        disk.kill();
        node = start();
        assertThat(node.decision()).isEqualTo(dev.lockstep.storage.ballot.StartDecision.CUT_TORN_TAIL);
        assertThat(journal().appended()).isEqualTo(last);
        maker.after(last);
        append(1, 100);
        assertThat(readFrom(1)).isEqualTo(maker.ref());
    }

    @Test
    void aForceThatFailsStopsTheWriter() {
        appendMany(3, 100);
        disk.device().failNextForce();
        assertThatThrownBy(this::flush).isInstanceOf(StorageException.ForceFailed.class);
        checkUnsound();
        assertThatThrownBy(this::flush).isInstanceOf(StorageException.class);
        assertThat(journal().flushedIndex()).isZero();
    }

    private void checkUnsound() {
        assertThat(journal().isSound()).isFalse();
        assertThatThrownBy(() -> journal().reserve(100)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> journal().append(maker.buffer(), 0, maker.length()))
                .isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> journal().truncateFrom(1)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> journal().setAsideFrom(1)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> journal().startAfter(new FrameRef(50, 3, 9))).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> journal().compactBelow(1)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> journal().cancelReservations()).isInstanceOf(StorageException.class);
    }

    @Test
    void aFlippedBitIsMetByAReaderThatComesUponIt() {
        appendMany(8, 30);
        FrameRef damaged = disk.damageSomeFrame(new SplittableRandom(4));
        assertThat(disk.firstDamagedIndex()).isEqualTo(damaged.index());
        try (JournalReader reader = journal().newReader()) {
            for (long index = 1; index <= 8; index++) {
                boolean isDamaged = index == damaged.index();
                assertThat(reader.seek(index)).isEqualTo(isDamaged ? ReadResult.DAMAGED : ReadResult.FRAME);
            }
            assertThat(reader.damage().index()).isEqualTo(damaged.index());
            assertThat(reader.seek(damaged.index() - 1)).isEqualTo(ReadResult.FRAME);
            assertThat(reader.next()).isEqualTo(ReadResult.DAMAGED);
        }
        assertThatThrownBy(() -> journal().truncateFrom(damaged.index() + 1))
                .isInstanceOf(StorageException.Damaged.class);
        assertThat(journal().setAsideFrom(damaged.index())).isTrue();
        assertThat(disk.firstDamagedIndex()).isZero();
        assertThat(readFrom(1).index()).isEqualTo(damaged.index() - 1);
    }

    @Test
    void everyBitThatFlipsIsNoticed() {
        append(2, 5);
        LogEntry sound = disk.files().journal().content().at(0);
        for (int bit = 0; bit < sound.length() * Byte.SIZE; bit++) {
            disk.files().journal().content().replace(0, sound.withFlippedBit(bit));
            try (JournalReader reader = journal().newReader()) {
                assertThat(reader.next()).as("bit %s", bit).isEqualTo(ReadResult.DAMAGED);
            }
        }
    }

    @Test
    void aReaderGoesOnAcrossCompactionAndIsToldWhenItIsOvertaken() {
        appendMany(20, 100);
        flush();
        try (JournalReader ahead = journal().newReader();
                JournalReader behind = journal().newReader()) {
            assertThat(ahead.seek(15)).isEqualTo(ReadResult.FRAME);
            assertThat(behind.seek(5)).isEqualTo(ReadResult.FRAME);
            journal().compactBelow(11);
            assertThat(journal().base().index()).isEqualTo(10);
            assertThat(ahead.next()).isEqualTo(ReadResult.FRAME);
            assertThat(ahead.frame().firstIndex()).isEqualTo(16);
            assertThat(behind.next()).isEqualTo(ReadResult.COMPACTED);
        }
    }

    @Test
    void onlyWhatIsFlushedIsCompacted() {
        appendMany(5, 100);
        flush();
        appendMany(5, 100);
        journal().compactBelow(9);
        assertThat(journal().base().index()).isEqualTo(5);
    }

    @Test
    void compactionWaitsUntilACutIsFlushed() {
        appendMany(10, 100);
        flush();
        assertThat(journal().truncateFrom(9)).isTrue();
        journal().compactBelow(5);
        assertThat(journal().base().index()).isZero();
        flush();
        journal().compactBelow(5);
        assertThat(journal().base().index()).isEqualTo(4);
    }
}
