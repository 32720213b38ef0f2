package dev.lockstep.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.FaultyDisk.Operation;
import dev.lockstep.storage.testing.MountedDisk;
import dev.lockstep.storage.testing.SimulatedCrash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CountersFileTest {
    private static final long START_MS = 1_000;

    @TempDir
    private Path directory;

    private long nowMs = START_MS;

    private CountersFile open(Disk disk) {
        return CountersFile.open(directory, disk, () -> nowMs);
    }

    private CountersFile open() {
        return open(Disk.system());
    }

    private Path file() {
        return directory.resolve("counters.dat");
    }

    private CountersReading reading() {
        return CountersReading.of(file());
    }

    @Test
    void whatIsCountedIsReadByLabelInTheOrderOfMaking() {
        try (CountersFile file = open()) {
            file.counters().newCounter("second comes first").setRelease(7);
            file.counters().newCounter("another").setRelease(-3);

            assertThat(CountersFile.read(directory))
                    .containsExactly(entry("second comes first", 7L), entry("another", -3L));
            assertThat(file.remark()).isEmpty();
        }
    }

    @Test
    void theHeadSaysWhoseCountersTheyAreAndWhetherItHasClosed() {
        CountersFile file = open();
        assertThat(reading().processId()).isEqualTo(ProcessHandle.current().pid());
        assertThat(reading().startEpochMs()).isEqualTo(START_MS);
        assertThat(reading().endEpochMs()).isZero();

        nowMs = START_MS + 5;
        file.close();
        nowMs = START_MS + 9;
        file.close();

        assertThat(reading().endEpochMs()).isEqualTo(START_MS + 5);
    }

    @Test
    void aCounterThatIsStoredToAfterTheCloseHurtsNobody() {
        CountersFile file = open();
        AtomicCounter refusals = file.counters().newCounter("refusals");
        file.close();

        refusals.getAndAdd(2);

        assertThat(refusals.get()).isEqualTo(2);
        assertThat(CountersFile.read(directory)).containsEntry("refusals", 2L);
    }

    @Test
    void whoReadsTheFileOfAnEarlierStartGoesOnSeeingThatOne() throws IOException {
        CountersFile earlier = open();
        AtomicCounter counter = earlier.counters().newCounter("earlier");
        counter.setRelease(5);
        try (FileChannel channel = FileChannel.open(file())) {
            ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());

            try (CountersFile later = open()) {
                later.counters().newCounter("later").setRelease(6);
                counter.setRelease(8);

                CountersHead head = new CountersHead(new UnsafeBuffer(mapped));
                CountersReader reader = new CountersReader(head.metadata(), head.values(), StandardCharsets.US_ASCII);
                assertThat(reader.getCounterLabel(0)).isEqualTo("earlier");
                assertThat(reader.getCounterValue(0)).isEqualTo(8);
                assertThat(CountersFile.read(directory)).containsOnlyKeys("later");
            }
        }
    }

    @Test
    void everyByteIsWrittenBeforeTheFileHasItsNameSoThatNoStoreMeetsAFullDisk() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        try (CountersFile file = open(disk)) {
            long bytes = Files.size(file());
            assertThat(disk.trace())
                    .containsExactly(
                            "DELETE counters.dat.new", "WRITE", "FORCE counters.dat.new", "RENAME counters.dat");
            assertThat(bytes)
                    .isEqualTo(CountersHead.LENGTH
                            + CountersFile.MAX_COUNTERS
                                    * (long) (CountersReader.COUNTER_LENGTH + CountersReader.METADATA_LENGTH));
            assertThat(file.counters().capacity()).isEqualTo(CountersFile.MAX_COUNTERS);
        }
    }

    @Test
    void aFullDiskLeavesTheCountersInMemoryAndSaysSo() throws IOException {
        open().close();
        FaultyDisk disk = new FaultyDisk();
        disk.fillUpTo(10_000);

        try (CountersFile file = open(disk)) {
            AtomicCounter counter = file.counters().newCounter("counted all the same");
            counter.setRelease(4);

            assertThat(counter.get()).isEqualTo(4);
            assertThat(file.remark())
                    .hasValueSatisfying(remark -> assertThat(remark)
                            .contains("counters.dat", "no room", "in memory")
                            .doesNotContain("earlier start"));
        }
        try (var files = Files.list(directory)) {
            assertThat(files).as("what an earlier start had left is gone").isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(MountedDisk.Kind.class)
    void aDiskThatFillsUpAfterTheStartTakesEveryCounterAllTheSame(MountedDisk.Kind kind) throws IOException {
        try (MountedDisk mounted = MountedDisk.mount(kind, directory, 4)) {
            CountersFile file = CountersFile.open(mounted.path(), Disk.system(), () -> nowMs);
            assertThat(file.remark()).isEmpty();
            fill(mounted.path().resolve("filler"));
            for (int number = 0; number < CountersFile.MAX_COUNTERS; number++) {
                file.counters().newCounter("counter " + number).setRelease(number);
            }
            assertThat(CountersFile.read(mounted.path())).hasSize(CountersFile.MAX_COUNTERS);
            // The close leaves this to the collector; the mounted disk cannot wait for that.
            IoUtil.unmap((MappedByteBuffer) file.counters().valuesBuffer().byteBuffer());
        }
    }

    @ParameterizedTest
    @EnumSource(MountedDisk.Kind.class)
    void aDiskThatIsFullAtTheStartIsNotedAndHurtsNobody(MountedDisk.Kind kind) throws IOException {
        try (MountedDisk mounted = MountedDisk.mount(kind, directory, 4)) {
            fill(mounted.path().resolve("filler"));
            try (CountersFile file = CountersFile.open(mounted.path(), Disk.system(), () -> nowMs)) {
                file.counters().newCounter("counted").setRelease(1);
                assertThat(file.remark())
                        .hasValueSatisfying(remark -> assertThat(remark).contains("no room"));
            }
        }
    }

    private static void fill(Path filler) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(4096);
        try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (channel.write(block.clear()) > 0) {
                channel.force(false);
            }
        } catch (IOException full) {
            assertThat(Disk.saysFull(full)).isTrue();
        }
    }

    @Test
    void whicheverWayTheDiskRefusesTheNodeStarts() {
        for (int number = 1; number <= 4; number++) {
            FaultyDisk disk = new FaultyDisk();
            disk.failAt(number, new IOException("Input/output error"));
            try (CountersFile file = open(disk)) {
                file.counters().newCounter("counted").setRelease(1);
                assertThat(file.remark())
                        .hasValueSatisfying(remark -> assertThat(remark).contains("Input/output error"));
            }
            assertThat(file()).doesNotExist();
            assertThat(directory.resolve("counters.dat.new")).doesNotExist();
        }
    }

    @Test
    void theRemarkSaysWhenAnEarlierStartsFileIsStillThere() {
        open().close();
        FaultyDisk disk = new FaultyDisk();
        disk.failAt(Operation.WRITE, 1, new IOException("Read-only file system"));
        disk.failAt(Operation.DELETE, 2, new IOException("Read-only file system"));

        try (CountersFile file = open(disk)) {
            assertThat(file.remark())
                    .hasValueSatisfying(remark -> assertThat(remark).contains("earlier start"));
        }
    }

    @Test
    void aKillWhileTheFileIsMadeLeavesTheOldOneOrTheNewOneWhole() {
        for (int number = 1; number <= 4; number++) {
            try (CountersFile before = open()) {
                before.counters().newCounter("before").setRelease(1);
            }
            FaultyDisk disk = new FaultyDisk();
            disk.crashAt(number);
            assertThatThrownBy(() -> open(disk)).isInstanceOf(SimulatedCrash.class);
            assertThat(CountersFile.read(directory)).containsOnlyKeys("before");
        }
        try (CountersFile after = open()) {
            assertThat(after.remark()).isEmpty();
            assertThat(CountersFile.read(directory)).isEmpty();
        }
    }

    @Test
    void aDirectoryWithoutCountersIsToldFromADamagedFile() throws IOException {
        assertThatThrownBy(() -> CountersFile.read(directory))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("does not exist");

        open().close();
        byte[] sound = Files.readAllBytes(file());
        for (int length : new int[] {0, 1, CountersHead.LENGTH - 1, CountersHead.LENGTH, sound.length - 1}) {
            Files.write(file(), Arrays.copyOf(sound, length));
            assertThatThrownBy(() -> CountersFile.read(directory))
                    .as("cut to %s bytes", length)
                    .isInstanceOf(StorageException.Damaged.class);
        }
    }

    @Test
    void aHeadThatAnybodyMayHaveWrittenIsRefusedOrRead() throws IOException {
        open().close();
        byte[] sound = Files.readAllBytes(file());
        for (int bit = 0; bit < 32 * Byte.SIZE; bit++) {
            byte[] flipped = sound.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            Files.write(file(), flipped);
            try {
                assertThat(CountersFile.read(directory)).isEmpty();
            } catch (StorageException.Damaged refused) {
                assertThat(refused).hasMessageContaining("counters.dat");
            }
        }
    }
}
