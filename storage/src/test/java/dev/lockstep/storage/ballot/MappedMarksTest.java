package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.CrashingDisk.Content;
import dev.lockstep.storage.ballot.CrashingDisk.Crash;
import dev.lockstep.storage.ballot.CrashingDisk.Operation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MappedMarksTest extends MarksContract {
    private static final BootId NOW = new BootId(1, 2);
    private static final BootId OTHER = new BootId(1, 3);

    @TempDir
    private Path directory;

    @Override
    protected Marks open() {
        MappedMarks marks = open(NOW);
        if (!marks.sameBoot()) {
            marks.rebind(0, 0);
        }
        return marks;
    }

    private MappedMarks open(BootId boot) {
        return MappedMarks.open(directory, boot, Disk.system());
    }

    private Path file() {
        return directory.resolve("marks");
    }

    private void leave(long promised, long commit) {
        try (MappedMarks marks = open(NOW)) {
            marks.rebind(promised, commit);
        }
    }

    private void assertCountForNothing(BootId boot) {
        try (MappedMarks marks = open(boot)) {
            assertThat(marks.sameBoot()).isFalse();
            assertThat(marks.promised()).isZero();
            assertThat(marks.commit()).isZero();
        }
    }

    @Test
    void anotherBootsMarksCountForNothing() {
        leave(9, 7);
        assertCountForNothing(OTHER);
    }

    @Test
    void marksThatWereMadeAnewForAnotherBootCountForNothingUntilTheyAreBound() {
        leave(9, 7);
        assertCountForNothing(OTHER);
        assertCountForNothing(OTHER);
        try (MappedMarks marks = open(OTHER)) {
            marks.rebind(5, 3);
            assertThat(marks.sameBoot()).isTrue();
        }
        try (MappedMarks marks = open(OTHER)) {
            assertThat(marks.sameBoot()).isTrue();
            assertThat(marks.promised()).isEqualTo(5);
            assertThat(marks.commit()).isEqualTo(3);
        }
    }

    @Test
    void aBootThatCannotBeToldIsNeverTheSame() {
        try (MappedMarks marks = open(BootId.UNKNOWN)) {
            marks.rebind(9, 7);
            assertThat(marks.promised()).isEqualTo(9);
        }
        assertCountForNothing(BootId.UNKNOWN);
    }

    @Test
    void marksThatAStartOfAnUnknownBootMayHaveOutdatedAreNotTrustedLater() {
        leave(9, 7);
        assertCountForNothing(BootId.UNKNOWN);
        assertCountForNothing(NOW);
    }

    @Test
    void marksOfAnotherBootAreNotStoredToBeforeTheyAreBound() {
        try (MappedMarks marks = open(OTHER)) {
            assertThatThrownBy(() -> marks.promised(1)).isInstanceOf(Invariant.Violation.class);
            assertThatThrownBy(() -> marks.commit(1)).isInstanceOf(Invariant.Violation.class);
            assertThatThrownBy(() -> marks.commitAfterYielding(1)).isInstanceOf(Invariant.Violation.class);
        }
    }

    @Test
    void aStartMayBindTheCommitIndexLowerThanItWas() {
        leave(9, 7);
        try (MappedMarks marks = open(NOW)) {
            marks.rebind(4, 3);
            assertThat(marks.promised()).isEqualTo(4);
            assertThat(marks.commit()).isEqualTo(3);
        }
    }

    @Test
    void aMissingFileIsAnotherBoot() throws IOException {
        Files.delete(file());
        assertCountForNothing(NOW);
    }

    @Test
    void aFileOfAnyOtherLengthIsAnotherBoot() throws IOException {
        leave(9, 7);
        byte[] sound = Files.readAllBytes(file());
        for (int length : new int[] {0, 1, 31, 32, 64, 72, 80, 4095, 4097}) {
            Files.write(file(), Arrays.copyOf(sound, length));
            assertCountForNothing(NOW);
        }
        Files.write(file(), sound);
        try (MappedMarks marks = open(NOW)) {
            assertThat(marks.sameBoot()).isTrue();
        }
    }

    @Test
    void everyFlippedBitOfTheHeaderIsAnotherBoot() throws IOException {
        leave(9, 7);
        byte[] sound = Files.readAllBytes(file());
        for (int bit = 0; bit < MarksPage.HEADER_LENGTH * Byte.SIZE; bit++) {
            byte[] flipped = sound.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            Files.write(file(), flipped);
            assertCountForNothing(NOW);
        }
    }

    @Test
    void indexesThatNobodyCanHaveStoredAreAnotherBoot() throws IOException {
        leave(9, 7);
        byte[] sound = Files.readAllBytes(file());
        for (int offset : new int[] {MarksPage.PROMISED_OFFSET, MarksPage.COMMIT_OFFSET}) {
            byte[] negative = sound.clone();
            ByteBuffer.wrap(negative).order(ByteOrder.nativeOrder()).putLong(offset, -1);
            Files.write(file(), negative);
            assertCountForNothing(NOW);
        }
    }

    @Test
    void aCrashAnywhereWhileTheFileIsMadeLeavesAnotherBoot() throws IOException {
        for (int done = 0; done < 4; done++) {
            for (Content content : Content.values()) {
                leave(9, 7);
                CrashingDisk disk = new CrashingDisk(directory);
                disk.crashAfter(done);
                assertThatThrownBy(() -> MappedMarks.open(directory, OTHER, disk))
                        .isInstanceOf(Crash.class);
                disk.powerCut(content, done % 2 == 0);
                assertCountForNothing(OTHER);
            }
        }
    }

    @Test
    void everyByteOfANewFileIsWrittenSoThatNoStoreMeetsAFullDisk() throws IOException {
        CrashingDisk disk = new CrashingDisk(directory);
        disk.refuse(Operation.WRITE, new IOException("No space left on device"));
        assertThatThrownBy(() -> MappedMarks.open(directory, OTHER, disk))
                .isInstanceOf(StorageException.DiskFull.class)
                .hasMessageContaining("marks")
                .hasMessageContaining(MarksPage.LENGTH + " bytes");
    }

    @Test
    void storingAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Marks marks = open()) {
            store(marks, 0, 50_000);
            long before = threads.getCurrentThreadAllocatedBytes();
            store(marks, 50_000, 150_000);
            long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocatedBytes).isLessThan(10_000);
        }
    }

    private static void store(Marks marks, long from, long to) {
        for (long index = from; index < to; index++) {
            marks.promised(index);
            marks.commit(index);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void closingUnmapsTheFile(@TempDir Path place) throws IOException {
        String mapped = place.toRealPath().resolve("marks").toString();
        MappedMarks marks = MappedMarks.open(place, NOW, Disk.system());
        assertThat(Files.readString(Path.of("/proc/self/maps"))).contains(mapped);
        marks.close();
        assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain(mapped);
    }
}
