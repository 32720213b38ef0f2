package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that may take so much of the disk: it is met as a full disk is, before a frame is touched. */
final class JournalBoundTest {
    private static final int SEGMENT_BYTES = 256 << 10;
    private static final long MAX_BYTES = 16L * SEGMENT_BYTES;
    private static final int FRAME_BYTES = 10_000;

    @TempDir
    private Path temporary;

    /** Goes on whenever it is looked at. */
    private final AtomicLong nowNs = new AtomicLong();

    private final FrameMaker maker = new FrameMaker();
    private JournalFixture fixture;

    @BeforeEach
    void begin() {
        open(JournalFixture.BOOT);
    }

    @AfterEach
    void end() {
        fixture.close();
    }

    private void open(BootId boot) {
        JournalSettings settings = new JournalSettings(SEGMENT_BYTES, 1L << 40, 0).withMaxJournalBytes(MAX_BYTES);
        fixture = new JournalFixture(temporary.resolve("node"), Disk.system(), settings)
                .clock(() -> nowNs.addAndGet(100_000))
                .open(boot);
        maker.after(fixture.journal().appended());
    }

    /** So long that whatever is looked at again has been. */
    private void settle() {
        for (int i = 0; i < 4; i++) {
            nowNs.addAndGet(1_000_000_000);
            fixture.settle();
        }
    }

    private boolean append() {
        maker.next(1, FRAME_BYTES);
        if (!fixture.journal().reserve(maker.length())) {
            settle();
            if (!fixture.journal().reserve(maker.length())) {
                maker.after(fixture.journal().appended());
                return false;
            }
        }
        fixture.journal().append(maker.buffer(), 0, maker.length());
        return true;
    }

    private void appendUntilRefused() throws IOException {
        while (append()) {
            assertThat(bytesOnDisk()).isLessThanOrEqualTo(MAX_BYTES);
        }
        assertThat(fixture.journal().space()).isEqualTo(JournalSpace.BOUND_MET);
        assertThat(bytesOnDisk()).isLessThanOrEqualTo(MAX_BYTES);
        assertThat(fixture.journal().usedBytes()).isEqualTo(bytesOnDisk());
    }

    private long bytesOnDisk() throws IOException {
        Map<Object, Long> sizes = new HashMap<>();
        try (Stream<Path> all = Files.walk(fixture.journalDirectory())) {
            for (Path each : (Iterable<Path>) all::iterator) {
                BasicFileAttributes found = Files.readAttributes(each, BasicFileAttributes.class);
                if (found.isRegularFile()) {
                    sizes.put(found.fileKey(), found.size());
                }
            }
        }
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void aLogThatMeetsItsBoundRefusesFramesAndGoesOnWhereItIsCompacted() throws IOException {
        appendUntilRefused();
        long last = fixture.journal().appendedIndex();
        assertThat(last * FRAME_BYTES)
                .as("all but what is kept back, and Chronicle's tables, held frames")
                .isGreaterThan(MAX_BYTES / 2);
        fixture.agents().flush();
        assertThat(fixture.journal().flushedIndex())
                .as("what there is becomes durable")
                .isEqualTo(last);
        for (int round = 0; round < 3; round++) {
            fixture.journal().compactBelow(fixture.journal().appendedIndex());
            settle();
            assertThat(fixture.journal().space()).isEqualTo(JournalSpace.READY);
            assertThat(append()).isTrue();
            appendUntilRefused();
        }
        assertThat(fixture.journal().appendedIndex()).isGreaterThan(3 * last);
    }

    @Test
    void aCutNeedsNoMoreThanIsThere() throws IOException {
        appendUntilRefused();
        long last = fixture.journal().appendedIndex();
        assertThat(fixture.journal().truncateFrom(last)).isTrue();
        settle();
        assertThat(bytesOnDisk()).isLessThanOrEqualTo(MAX_BYTES);
        assertThat(fixture.journal().appendedIndex()).isEqualTo(last - 1);
    }

    @Test
    void aSnapshotThatComesMakesRoom() throws IOException {
        appendUntilRefused();
        FrameRef snapshot = new FrameRef(fixture.journal().appendedIndex() + 50, 7, 77);
        assertThat(fixture.journal().startAfter(snapshot)).isTrue();
        settle();
        maker.after(snapshot).term(7);
        assertThat(append()).isTrue();
        assertThat(fixture.journal().space()).isEqualTo(JournalSpace.READY);
    }

    /** In the same boot the newest segment is gone on with, or cut; in another one a fresh one is begun. */
    @Test
    void aStartNeedsNoMoreThanIsThereHoweverOftenItIsTried() throws IOException {
        appendUntilRefused();
        for (int start = 1; start < 10; start++) {
            fixture.close();
            open(new BootId(start, start / 3));
            settle();
            assertThat(bytesOnDisk()).isLessThanOrEqualTo(MAX_BYTES);
            append();
            settle();
        }
        fixture.journal().compactBelow(fixture.journal().appendedIndex());
        settle();
        assertThat(append()).isTrue();
    }

    /** Or nothing would ever be committed again, and so nothing cut: a snapshot of what is applied there is kept already. */
    @Test
    void afterAnotherBootThereIsRoomForFramesThoughTheBoundIsMet() throws IOException {
        appendUntilRefused();
        fixture.close();
        open(new BootId(8, 8));
        settle();
        assertThat(append()).isTrue();
        assertThat(bytesOnDisk()).isLessThanOrEqualTo(MAX_BYTES);
        appendUntilRefused();
        fixture.journal().compactBelow(fixture.journal().appendedIndex());
        settle();
        assertThat(append()).isTrue();
    }

    @Test
    void whoKnowsThatWhatComesLetsTheLogBeCompactedHasRoomForIt() throws IOException {
        appendUntilRefused();
        fixture.journal().relieve();
        assertThat(append()).isTrue();
        assertThat(bytesOnDisk()).isLessThanOrEqualTo(MAX_BYTES);
        fixture.journal().compactBelow(fixture.journal().appendedIndex());
        settle();
        appendUntilRefused();
        assertThat(append()).as("it is relieved no more").isFalse();
    }

    /** A primary was relieved and deposed: what it wrote is not committed, and makes no room before it is cut. */
    @Test
    void whoWasRelievedInVainHasRoomForTheCutAndForWhatComesInstead() throws IOException {
        appendUntilRefused();
        long last = fixture.journal().appendedIndex();
        appendWhileRelieved();
        assertThat(fixture.journal().appendedIndex()).isGreaterThan(last);
        assertThat(fixture.journal().truncateFrom(last - 1)).isTrue();
        settle();
        maker.after(fixture.journal().appended());
        appendWhileRelieved();
        assertThat(fixture.journal().appendedIndex()).isGreaterThan(last);
        fixture.journal().compactBelow(fixture.journal().appendedIndex());
        settle();
        appendUntilRefused();
    }

    /** As whoever compacts the log does, as long as nothing else makes room. */
    private void appendWhileRelieved() throws IOException {
        do {
            fixture.journal().relieve();
            assertThat(bytesOnDisk()).isLessThanOrEqualTo(MAX_BYTES);
        } while (append());
        settle();
        assertThat(bytesOnDisk()).isLessThanOrEqualTo(MAX_BYTES);
    }

    @Test
    void afterAnotherBootThereIsRoomForTheCutOfWhatWasWrittenThere() throws IOException {
        appendUntilRefused();
        fixture.close();
        open(new BootId(8, 8));
        settle();
        long last = fixture.journal().appendedIndex();
        appendUntilRefused();
        assertThat(fixture.journal().truncateFrom(last + 1)).isTrue();
        settle();
        maker.after(fixture.journal().appended());
        assertThat(append()).isTrue();
        assertThat(bytesOnDisk()).isLessThanOrEqualTo(MAX_BYTES);
    }

    /** The room that was kept back is there again, for another time. */
    @Test
    void whatWasDrawnIsKeptBackAgainOnceThereIsRoom() throws IOException {
        for (int round = 0; round < 3; round++) {
            appendUntilRefused();
            long last = fixture.journal().appendedIndex();
            appendWhileRelieved();
            assertThat(fixture.journal().appendedIndex()).as("round %d", round).isGreaterThan(last);
            assertThat(fixture.journal().truncateFrom(last)).isTrue();
            maker.after(fixture.journal().appended());
            settle();
            fixture.journal().compactBelow(fixture.journal().appendedIndex());
            settle();
        }
    }

    /** Whoever hurries because there is little room left need not hurry any more. */
    @Test
    void whatIsDeletedIsCountedNoMoreThoughNoOtherSegmentIsMade() throws IOException {
        while (fixture.journal().usedBytes() < MAX_BYTES / 2) {
            assertThat(append()).isTrue();
        }
        settle();
        assertThat(fixture.journal().space()).isEqualTo(JournalSpace.READY);
        fixture.journal().compactBelow(fixture.journal().appendedIndex());
        settle();
        assertThat(bytesOnDisk()).isLessThan(MAX_BYTES / 2);
        assertThat(fixture.journal().usedBytes()).isEqualTo(bytesOnDisk());
    }

    @Test
    void aBoundThatHoldsTooFewSegmentsIsRefused() {
        assertThatThrownBy(() -> JournalSettings.DEFAULT.withMaxJournalBytes(100_000_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8 segments must fit it, which are 268435456");
    }
}
