package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.testing.FrameMaker;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What every journal does, whatever it is made of. */
public abstract class JournalContract extends JournalUnderTest {
    @Test
    void aNewJournalIsEmpty() {
        assertThat(journal().appendedIndex()).isZero();
        assertThat(journal().flushedIndex()).isZero();
        assertThat(journal().appended()).isEqualTo(FrameRef.ORIGIN);
        assertThat(journal().base()).isEqualTo(FrameRef.ORIGIN);
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.next()).isEqualTo(ReadResult.END);
            assertThat(reader.seek(1)).isEqualTo(ReadResult.END);
            assertThatThrownBy(() -> reader.seek(2)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatIsAppendedIsReadAtOnce() {
        try (JournalReader reader = journal().newReader()) {
            append(3, 100);
            assertThat(reader.next()).isEqualTo(ReadResult.FRAME);
            assertThat(reader.frame().firstIndex()).isEqualTo(1);
            assertThat(reader.frame().lastIndex()).isEqualTo(3);
            assertThat(reader.next()).isEqualTo(ReadResult.END);
            append(0, 0);
            assertThat(reader.next()).isEqualTo(ReadResult.FRAME);
            assertThat(reader.frame().commandCount()).isZero();
            assertThat(reader.frame().lastIndex()).isEqualTo(4);
        }
        assertThat(journal().appendedIndex()).isEqualTo(4);
        assertThat(journal().appended()).isEqualTo(maker.ref());
    }

    @Test
    void aFrameStaysReadableWhileThereIsNoNextOne() {
        append(2, 50);
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.seek(1)).isEqualTo(ReadResult.FRAME);
            assertThat(reader.frame().nextCommand()).isTrue();
            assertThat(reader.next()).isEqualTo(ReadResult.END);
            assertThat(reader.frame().nextCommand()).isTrue();
            assertThat(reader.frame().commandIndex()).isEqualTo(2);
        }
    }

    @Test
    void aReaderCanStartInsideAFrame() {
        append(5, 20);
        append(5, 20);
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.seek(8)).isEqualTo(ReadResult.FRAME);
            assertThat(reader.frame().firstIndex()).isEqualTo(6);
            assertThat(reader.frame().nextCommand()).isTrue();
            assertThat(reader.frame().commandIndex()).isEqualTo(8);
        }
    }

    @Test
    void everyIndexCanBeSought() {
        for (int i = 0; i < 3000; i++) {
            append(1 + i % 4, 300);
        }
        try (JournalReader reader = journal().newReader()) {
            for (long index = 1; index <= journal().appendedIndex(); index++) {
                assertThat(reader.seek(index))
                        .as("%s %s", index, reader.damage())
                        .isEqualTo(ReadResult.FRAME);
                assertThat(reader.frame().nextCommand()).isTrue();
                assertThat(reader.frame().commandIndex()).isEqualTo(index);
            }
            assertThat(reader.seek(journal().appendedIndex() + 1)).isEqualTo(ReadResult.END);
        }
        readFrom(1);
    }

    @Test
    void whatIsNoPlaceInTheLogIsNotSought() {
        append(1, 10);
        try (JournalReader reader = journal().newReader()) {
            assertThatThrownBy(() -> reader.seek(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> reader.seek(3)).isInstanceOf(IllegalArgumentException.class);
            assertThat(reader.next()).isEqualTo(ReadResult.FRAME);
        }
    }

    @Test
    void aReaderHasNoFrameBeforeItReadsOneNorAfterItWasClosed() {
        append(1, 10);
        JournalReader reader = journal().newReader();
        assertThatThrownBy(reader::frame).isInstanceOf(Invariant.Violation.class);
        assertThat(reader.seek(1)).isEqualTo(ReadResult.FRAME);
        reader.close();
        assertThatThrownBy(reader::frame).isInstanceOf(Invariant.Violation.class);
        assertThat(reader.seek(1)).as("a closed reader may be used again").isEqualTo(ReadResult.FRAME);
        assertThat(reader.frame().lastIndex()).isEqualTo(1);
        reader.close();
    }

    @Test
    void aReaderThatWaitsAtTheEndGoesOnWhenThereIsMore() {
        append(1, 10);
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.seek(2)).isEqualTo(ReadResult.END);
            for (int i = 0; i < 100; i++) {
                append(1, LARGE);
                assertThat(reader.next()).isEqualTo(ReadResult.FRAME);
                assertThat(reader.frame().lastIndex()).isEqualTo(i + 2);
            }
        }
    }

    @Test
    void manyFramesSurviveAReopen() {
        appendMany(150, LARGE);
        FrameRef last = journal().appended();
        reopen();
        assertThat(journal().appended()).isEqualTo(last);
        assertThat(journal().flushedIndex()).isEqualTo(150);
        assertThat(readFrom(1)).isEqualTo(last);
        append(1, 100);
        assertThat(readFrom(150)).isEqualTo(maker.ref());
    }

    @Test
    void flushingIsSeenAndHeard() {
        List<Long> heard = new ArrayList<>();
        journal().onFlushed((generation, index) -> {
            assertThat(generation).isEqualTo(journal().generation());
            heard.add(index);
        });
        appendMany(3, 100);
        settle();
        assertThat(journal().flushedIndex()).isEqualTo(3);
        appendMany(2, 100);
        assertThat(journal().flushedIndex()).isEqualTo(3);
        settle();
        assertThat(heard).endsWith(5L);
    }

    @Test
    void aFrameWithoutReservedRoomIsRefused() {
        maker.next(1, 10);
        assertThatThrownBy(() -> journal().append(maker.buffer(), 0, maker.length()))
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("no room was reserved");
    }

    @Test
    void aFrameThatDoesNotFollowIsRefused() {
        append(1, 10);
        FrameRef first = maker.ref();
        FrameMaker other = new FrameMaker();
        other.after(new FrameRef(first.index(), 1, first.crc() + 1)).next(1, 10);
        assertThat(journal().reserve(other.length())).isTrue();
        assertThatThrownBy(() -> journal().append(other.buffer(), 0, other.length()))
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("made to follow another one");
        other.after(new FrameRef(7, 1, first.crc())).next(1, 10);
        assertThatThrownBy(() -> journal().append(other.buffer(), 0, other.length()))
                .hasMessageContaining("index that does not follow");
        assertThat(journal().appendedIndex()).isEqualTo(1);
    }

    @Test
    void aFrameOfAnOlderTermIsRefused() {
        maker.term(5);
        append(1, 10);
        maker.term(4).next(1, 10);
        assertThat(journal().reserve(maker.length())).isTrue();
        assertThatThrownBy(() -> journal().append(maker.buffer(), 0, maker.length()))
                .hasMessageContaining("term older");
    }

    @Test
    void aFrameThatIsTooLargeIsRefusedBeforeItIsSent() {
        assertThatThrownBy(() -> journal().reserve(1 << 30))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the journal takes from");
    }

    @Test
    void whatWasReservedCanAlwaysBeAppended() {
        List<byte[]> sent = new ArrayList<>();
        maker.next(1, LARGE);
        while (journal().reserve(maker.length())) {
            byte[] frame = new byte[maker.length()];
            maker.buffer().getBytes(0, frame);
            sent.add(frame);
            maker.next(1, LARGE);
        }
        assertThat(sent).isNotEmpty();
        for (byte[] frame : sent) {
            UnsafeBuffer direct = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(frame.length));
            direct.putBytes(0, frame);
            journal().append(direct, 0, frame.length);
        }
        assertThat(journal().appendedIndex()).isEqualTo(sent.size());
        readFrom(1);
    }

    @Test
    void cancelledReservationsGiveTheRoomBack() {
        maker.next(1, LARGE);
        int reserved = 0;
        while (journal().reserve(maker.length())) {
            reserved++;
        }
        journal().cancelReservations();
        for (int i = 0; i < reserved; i++) {
            assertThat(journal().reserve(maker.length())).isTrue();
        }
    }

    @Test
    void aCutLogGoesOnWithAnotherHistory() {
        appendMany(10, 200);
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.seek(4)).isEqualTo(ReadResult.FRAME);
            FrameRef fourth = reader.frame().ref();
            settle();
            assertThat(journal().truncateFrom(5)).isTrue();
            assertThat(journal().appended()).isEqualTo(fourth);
            maker.after(fourth).term(2);
        }
        appendMany(3, 300);
        assertThat(readFrom(1)).isEqualTo(maker.ref());
        assertThat(journal().appendedIndex()).isEqualTo(7);
        reopen();
        assertThat(readFrom(1)).isEqualTo(maker.ref());
    }

    @Test
    void aCutAcrossManySegmentsLeavesNothingOfThem() {
        appendMany(100, LARGE);
        settle();
        cutFrom(20);
        maker.term(2);
        appendMany(40, LARGE);
        assertThat(readFrom(1)).isEqualTo(maker.ref());
        settle();
        cutFrom(10);
        reopen();
        assertThat(journal().appendedIndex()).isEqualTo(9);
        maker.term(3);
        appendMany(60, LARGE);
        reopen();
        assertThat(readFrom(1)).isEqualTo(maker.ref());
    }

    protected final void cutFrom(long index) {
        FrameRef last;
        if (index == journal().base().index() + 1) {
            last = journal().base();
        } else {
            try (JournalReader reader = journal().newReader()) {
                assertThat(reader.seek(index - 1)).isEqualTo(ReadResult.FRAME);
                last = reader.frame().ref();
            }
        }
        while (!journal().truncateFrom(index)) {
            settle();
        }
        maker.after(last);
    }

    @Test
    void theWholeLogCanBeCut() {
        appendMany(5, 100);
        settle();
        cutFrom(1);
        assertThat(journal().appendedIndex()).isZero();
        maker.term(2);
        appendMany(3, 100);
        reopen();
        assertThat(readFrom(1)).isEqualTo(maker.ref());
    }

    @Test
    void aCutAtOrBelowTheCommitMarkIsRefused() {
        appendMany(5, 100);
        marks().commit(3);
        settle();
        assertThatThrownBy(() -> journal().truncateFrom(3))
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("commit mark");
        assertThat(journal().truncateFrom(4)).isTrue();
        assertThat(journal().appendedIndex()).isEqualTo(3);
    }

    @Test
    void aCutInsideAFrameIsRefused() {
        append(5, 10);
        settle();
        assertThatThrownBy(() -> journal().truncateFrom(3)).isInstanceOf(Invariant.Violation.class);
        assertThat(journal().appendedIndex()).isEqualTo(5);
    }

    @Test
    void aCutLowersThePromiseFirst() {
        appendMany(5, 100);
        marks().promised(5);
        settle();
        assertThat(journal().truncateFrom(3)).isTrue();
        assertThat(marks().promised()).isEqualTo(2);
    }

    @Test
    void aCutMakesOlderFlushesWorthless() {
        appendMany(5, 100);
        settle();
        long before = journal().generation();
        cutFrom(3);
        assertThat(journal().generation()).isGreaterThan(before);
        assertThat(journal().flushedIndex()).isEqualTo(2);
        maker.term(2);
        appendMany(1, 100);
        assertThat(journal().flushedIndex()).isEqualTo(2);
        settle();
        assertThat(journal().flushedIndex()).isEqualTo(3);
    }

    @Test
    void aReaderBehindACutIsTold() {
        appendMany(10, 100);
        settle();
        try (JournalReader behind = journal().newReader();
                JournalReader before = journal().newReader()) {
            assertThat(behind.seek(8)).isEqualTo(ReadResult.FRAME);
            assertThat(before.seek(4)).isEqualTo(ReadResult.FRAME);
            cutFrom(6);
            maker.term(2);
            appendMany(10, 100);
            assertThat(behind.next()).isEqualTo(ReadResult.CUT);
            assertThat(behind.next()).isEqualTo(ReadResult.CUT);
            assertThat(before.next()).isEqualTo(ReadResult.FRAME);
            assertThat(before.frame().term()).isEqualTo(1);
            assertThat(before.next()).isEqualTo(ReadResult.FRAME);
            assertThat(before.frame().firstIndex()).isEqualTo(6);
            assertThat(before.frame().term()).isEqualTo(2);
            assertThat(behind.seek(8)).isEqualTo(ReadResult.FRAME);
            assertThat(behind.frame().term()).isEqualTo(2);
        }
    }

    @Test
    void aSeekThatFailsDoesNotHideACut() {
        appendMany(100, LARGE);
        settle();
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.seek(100)).isEqualTo(ReadResult.FRAME);
            cutFrom(60);
            maker.term(2);
            appendMany(5, LARGE);
            settle();
            journal().compactBelow(50);
            if (journal().base().index() > 0) {
                assertThat(reader.seek(1)).isEqualTo(ReadResult.COMPACTED);
            }
            assertThat(reader.next()).isEqualTo(ReadResult.CUT);
        }
    }

    @Test
    void compactionKeepsWhatIsStillWanted() {
        appendMany(100, LARGE);
        settle();
        try (JournalReader old = journal().newReader()) {
            assertThat(old.seek(1)).isEqualTo(ReadResult.FRAME);
            journal().compactBelow(70);
            settle();
            assertThat(journal().base().index()).isLessThan(70);
            readFrom(70);
            long base = journal().base().index();
            if (base > 0) {
                try (JournalReader reader = journal().newReader()) {
                    assertThat(reader.seek(base)).isEqualTo(ReadResult.COMPACTED);
                    assertThat(reader.next()).isEqualTo(ReadResult.FRAME);
                    assertThat(reader.frame().firstIndex()).isEqualTo(base + 1);
                }
            }
            long expected = 2;
            ReadResult result = old.next();
            for (; result == ReadResult.FRAME; result = old.next()) {
                assertThat(old.frame().firstIndex()).isEqualTo(expected++);
            }
            if (result == ReadResult.COMPACTED) {
                assertThat(expected).isLessThanOrEqualTo(journal().base().index());
            } else {
                assertThat(result).isEqualTo(ReadResult.END);
                assertThat(expected).isEqualTo(101);
            }
        }
    }

    @Test
    void whatCannotBeCompactedYetIsCompactedWhenItIsAskedForAgain() {
        appendMany(100, LARGE);
        journal().compactBelow(70);
        long base = journal().base().index();
        settle();
        assertThat(journal().base().index()).isEqualTo(base);
        journal().compactBelow(70);
        assertThat(journal().base().index()).isBetween(1L, 69L);
    }

    @Test
    void theLogCanStartBehindASnapshot() {
        appendMany(10, 100);
        settle();
        FrameRef snapshot = new FrameRef(500, 3, 12345);
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.seek(5)).isEqualTo(ReadResult.FRAME);
            while (!journal().startAfter(snapshot)) {
                settle();
            }
            assertThat(reader.next()).isEqualTo(ReadResult.COMPACTED);
        }
        assertThat(journal().appended()).isEqualTo(snapshot);
        assertThat(journal().base()).isEqualTo(snapshot);
        maker.after(snapshot);
        appendMany(4, 100);
        assertThat(readFrom(501)).isEqualTo(maker.ref());
        settle();
        assertThat(journal().flushedIndex()).isEqualTo(504);
    }

    @Test
    void aReaderThatHasReadNothingIsToldOfASnapshotToo() {
        appendMany(10, 100);
        settle();
        try (JournalReader reader = journal().newReader()) {
            while (!journal().startAfter(new FrameRef(500, 3, 12345))) {
                settle();
            }
            assertThat(reader.next()).isEqualTo(ReadResult.COMPACTED);
            assertThat(reader.seek(501)).isEqualTo(ReadResult.END);
            assertThat(reader.next()).isEqualTo(ReadResult.END);
        }
    }

    @Test
    void theLogCanStartAnewBehindNothing() {
        append(3, 100);
        journal().reserve(1000);
        marks().promised(3);
        settle();
        while (!journal().startAfter(FrameRef.ORIGIN)) {
            settle();
        }
        assertThat(marks().promised()).isZero();
        assertThat(journal().appended()).isEqualTo(FrameRef.ORIGIN);
        assertThat(journal().base()).isEqualTo(FrameRef.ORIGIN);
        assertThat(journal().flushedIndex()).isZero();
        reopen();
        assertThat(journal().base()).isEqualTo(FrameRef.ORIGIN);
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.next()).isEqualTo(ReadResult.END);
        }
        maker.after(FrameRef.ORIGIN).term(2);
        appendMany(3, 100);
        assertThat(readFrom(1)).isEqualTo(maker.ref());
        reopen();
        assertThat(readFrom(1)).isEqualTo(maker.ref());
    }

    @Test
    void historyPutAsideIsNoLongerRead() {
        appendMany(10, 100);
        settle();
        assertThat(journal().setAsideFrom(7)).isTrue();
        assertThat(journal().appendedIndex()).isEqualTo(6);
        maker.after(journal().appended());
        appendMany(4, 100);
        assertThat(readFrom(1)).isEqualTo(maker.ref());
    }

    @Test
    void closingTwiceDoesNothingMore() {
        append(1, 10);
        journal().close();
        journal().close();
        assertThat(journal().flushedIndex()).isEqualTo(1);
    }
}
