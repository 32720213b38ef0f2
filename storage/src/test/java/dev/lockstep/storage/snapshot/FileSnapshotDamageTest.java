package dev.lockstep.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged on disk is reported, set aside, never handed out and never served. */
class FileSnapshotDamageTest {
    private static final Sample OLDER = Sample.at(10);
    private static final Sample NEWER = Sample.at(20);

    private final List<StorageException.Damaged> damage = new ArrayList<>();

    @TempDir
    private Path directory;

    @TempDir
    private Path elsewhere;

    private byte[] sound;

    @BeforeEach
    void publishTwo() throws IOException {
        try (SnapshotStore store = open()) {
            OLDER.publishTo(store);
            NEWER.publishTo(store);
        }
        sound = Files.readAllBytes(file(20));
    }

    private SnapshotStore open() {
        SnapshotSettings settings = SnapshotSettings.of(Sample.CLUSTER, damage::add);
        return FileSnapshotStore.open(new UnforcedDisk(), directory, settings.withChunkBytes(Sample.CHUNK_BYTES));
    }

    private Path file(long index) {
        return directory.resolve(String.format("snapshot-%019d.snap", index));
    }

    private List<String> aside() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".snap"))
                    .sorted()
                    .toList();
        }
    }

    /** Puts the newer file back, changed, as if nothing had been set aside before. */
    private void replace(byte[] content) throws IOException {
        Files.deleteIfExists(directory.resolve(file(20).getFileName() + ".damaged"));
        Files.write(file(20), content);
        damage.clear();
    }

    private byte[] flipped(int at) {
        byte[] content = sound.clone();
        content[at] ^= 0x40;
        return content;
    }

    /** Every byte of manifest, trailer and chunk headers; some of the payloads. */
    private List<Integer> places() throws IOException {
        List<Integer> places = new ArrayList<>();
        try (SnapshotFile file = SnapshotFile.open(file(20), 20)) {
            for (int number = 0; number <= file.layout().trailerNumber(); number++) {
                int start = (int) file.layout().offsetOf(number);
                int length = file.layout().lengthOf(number);
                boolean isPayload = file.layout().sectionOf(number) != null;
                for (int at = 0; at < length; at += isPayload && at > SealedChunk.CHUNK_HEADER_LENGTH ? 353 : 1) {
                    places.add(start + at);
                }
                places.add(start + length - 1);
            }
        }
        return places;
    }

    private void assertOnlyTheOlderIsKept(SnapshotStore store) throws IOException {
        assertThat(store.kept()).containsExactly(OLDER.manifest());
        assertThat(store.open(NEWER.last())).isEmpty();
        assertThat(damage)
                .singleElement()
                .satisfies(damaged -> assertThat(damaged).hasMessageContaining(file(20).toString()));
        assertThat(aside()).containsExactly(file(20).getFileName() + ".damaged");
    }

    @Test
    void aFlippedByteAnywhereIsFoundByVerifying() throws IOException {
        for (int at : places()) {
            replace(flipped(at));
            try (SnapshotStore store = open()) {
                assertThat(store.verify(NEWER.last())).as("byte %d", at).isFalse();
                assertOnlyTheOlderIsKept(store);
                OLDER.assertKeptIn(store);
            }
        }
    }

    @Test
    void aFlippedByteAnywhereIsFoundBeforeAnyOfItsChunkIsRead() throws IOException {
        for (int at : places()) {
            replace(flipped(at));
            try (SnapshotStore store = open()) {
                if (damage.isEmpty()) {
                    assertReadingStopsAtDamage(store, at);
                }
                assertOnlyTheOlderIsKept(store);
            }
        }
    }

    private void assertReadingStopsAtDamage(SnapshotStore store, int at) {
        try (SnapshotReader reader = store.open(NEWER.last()).orElseThrow()) {
            UnsafeBuffer read = new UnsafeBuffer(new byte[20_000]);
            assertThatThrownBy(() -> {
                        for (SnapshotSection section : SnapshotSection.values()) {
                            reader.startSection(section);
                            byte[] expected = NEWER.content(section);
                            int done = 0;
                            int got = reader.read(read, 0, 100);
                            while (got != SnapshotReader.END) {
                                byte[] piece = new byte[got];
                                read.getBytes(0, piece);
                                assertThat(piece).isEqualTo(Arrays.copyOfRange(expected, done, done + got));
                                done += got;
                                got = reader.read(read, 0, 100);
                            }
                        }
                    })
                    .as("byte %d", at)
                    .isInstanceOf(StorageException.Damaged.class);
        }
    }

    @Test
    void aFlippedByteAnywhereIsNeverServed() throws IOException {
        for (int at : places()) {
            replace(flipped(at));
            try (SnapshotStore store = open()) {
                if (damage.isEmpty()) {
                    assertServingRefusesDamage(store, at);
                }
                assertOnlyTheOlderIsKept(store);
            }
        }
    }

    private void assertServingRefusesDamage(SnapshotStore store, int at) {
        try (SnapshotSource source = store.serve(NEWER.last()).orElseThrow()) {
            UnsafeBuffer chunk = new UnsafeBuffer(new byte[source.maxChunkLength()]);
            int refused = 0;
            int position = 0;
            for (int number = 0; number < source.chunkCount(); number++) {
                try {
                    int length = source.read(number, chunk, 0);
                    byte[] served = new byte[length];
                    chunk.getBytes(0, served);
                    assertThat(served).isEqualTo(Arrays.copyOfRange(sound, position, position + length));
                    position += length;
                } catch (StorageException.Damaged expected) {
                    position += refusedLength(position);
                    refused++;
                }
            }
            assertThat(refused).as("byte %d", at).isPositive();
        }
    }

    private int refusedLength(int position) {
        return new UnsafeBuffer(sound).getInt(position + 4, ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void aSnapshotThatIsShorterThanItWasIsSetAsideWhenTheStoreIsOpened() throws IOException {
        for (int length : places()) {
            replace(Arrays.copyOf(sound, length));
            try (SnapshotStore store = open()) {
                assertOnlyTheOlderIsKept(store);
            }
        }
    }

    @Test
    void aSnapshotThatIsLongerThanItWasIsSetAsideToo() throws IOException {
        for (int more : new int[] {1, 128, 4096}) {
            replace(Arrays.copyOf(sound, sound.length + more));
            try (SnapshotStore store = open()) {
                assertOnlyTheOlderIsKept(store);
            }
        }
    }

    @Test
    void aFileUnderAnotherNameIsNotTakenForThatSnapshot() throws IOException {
        Files.write(file(30), sound);
        try (SnapshotStore store = open()) {
            assertThat(store.kept()).containsExactly(NEWER.manifest(), OLDER.manifest());
            assertThat(damage).hasSize(1);
        }
    }

    @Test
    void swappedChunksAreFound() throws IOException {
        byte[] swapped = sound.clone();
        try (SnapshotFile file = SnapshotFile.open(file(20), 20)) {
            int second = firstChunkOf(file, SnapshotSection.STATE);
            int a = (int) file.layout().offsetOf(second);
            int b = (int) file.layout().offsetOf(second + 1);
            System.arraycopy(sound, a, swapped, b, Sample.CHUNK_BYTES);
            System.arraycopy(sound, b, swapped, a, Sample.CHUNK_BYTES);
        }
        assertIsFoundByEveryWayOfReading(swapped);
    }

    @Test
    void aChunkOfAnotherSnapshotInTheSamePlaceIsFound() throws IOException {
        Sample twin = new Sample(NEWER.manifest(), NEWER.sessionBytes() + 1, NEWER.timerBytes(), NEWER.stateBytes());
        try (SnapshotStore other = openElsewhere()) {
            twin.publishTo(other);
        }
        try (SnapshotFile file = SnapshotFile.open(file(20), 20)) {
            assertIsFoundByEveryWayOfReading(withChunkFromElsewhere(firstChunkOf(file, SnapshotSection.STATE)));
        }
    }

    @Test
    void aLastChunkThatTheTrailerWasNotMadeForIsFound() throws IOException {
        byte[] state = NEWER.content(SnapshotSection.STATE);
        state[state.length - 1]++;
        try (SnapshotStore other = openElsewhere();
                SnapshotWriter writer = other.begin(NEWER.manifest()).orElseThrow()) {
            writer.startSection(SnapshotSection.SESSIONS);
            writer.write(new UnsafeBuffer(NEWER.content(SnapshotSection.SESSIONS)), 0, NEWER.sessionBytes());
            writer.startSection(SnapshotSection.TIMERS);
            writer.write(new UnsafeBuffer(NEWER.content(SnapshotSection.TIMERS)), 0, NEWER.timerBytes());
            writer.startSection(SnapshotSection.STATE);
            writer.write(new UnsafeBuffer(state), 0, state.length);
            writer.publish();
        }
        try (SnapshotFile file = SnapshotFile.open(file(20), 20)) {
            assertIsFoundByEveryWayOfReading(
                    withChunkFromElsewhere(file.layout().trailerNumber() - 1));
        }
    }

    @Test
    void damageInASectionThatIsSkippedIsFound() throws IOException {
        try (SnapshotFile file = SnapshotFile.open(file(20), 20)) {
            replace(flipped((int) file.layout().offsetOf(firstChunkOf(file, SnapshotSection.TIMERS)) + 40));
        }
        try (SnapshotStore store = open();
                SnapshotReader reader = store.open(NEWER.last()).orElseThrow()) {
            assertThatThrownBy(() -> reader.startSection(SnapshotSection.STATE))
                    .isInstanceOf(StorageException.Damaged.class);
            assertThatThrownBy(() -> reader.startSection(SnapshotSection.STATE))
                    .as("it is not passed over the second time")
                    .isInstanceOf(StorageException.Damaged.class);
            assertOnlyTheOlderIsKept(store);
        }
    }

    @Test
    void whoeverReadsOnBehindDamageMeetsItAgain() throws IOException {
        try (SnapshotFile file = SnapshotFile.open(file(20), 20)) {
            replace(flipped((int) file.layout().offsetOf(firstChunkOf(file, SnapshotSection.STATE)) + 40));
        }
        try (SnapshotStore store = open();
                SnapshotReader reader = store.open(NEWER.last()).orElseThrow()) {
            UnsafeBuffer read = new UnsafeBuffer(new byte[100]);
            reader.startSection(SnapshotSection.STATE);
            assertThatThrownBy(() -> reader.read(read, 0, 100)).isInstanceOf(StorageException.Damaged.class);
            assertThatThrownBy(() -> reader.read(read, 0, 100)).isInstanceOf(StorageException.Damaged.class);
            assertOnlyTheOlderIsKept(store);
        }
    }

    private SnapshotStore openElsewhere() {
        SnapshotSettings settings = SnapshotSettings.of(Sample.CLUSTER, damage::add);
        return FileSnapshotStore.open(new UnforcedDisk(), elsewhere, settings.withChunkBytes(Sample.CHUNK_BYTES));
    }

    private byte[] withChunkFromElsewhere(int number) throws IOException {
        byte[] mixed = sound.clone();
        try (SnapshotFile file = SnapshotFile.open(file(20), 20);
                SnapshotFile other = SnapshotFile.open(elsewhere.resolve(file(20).getFileName()), 20)) {
            other.read(number);
            int offset = (int) file.layout().offsetOf(number);
            other.buffer().view().getBytes(0, mixed, offset, file.layout().lengthOf(number));
        }
        return mixed;
    }

    private static int firstChunkOf(SnapshotFile file, SnapshotSection section) {
        int number = 1;
        while (file.layout().sectionOf(number) != section) {
            number++;
        }
        return number;
    }

    private void assertIsFoundByEveryWayOfReading(byte[] content) throws IOException {
        replace(content);
        try (SnapshotStore store = open()) {
            assertThat(damage).as("the structure is sound").isEmpty();
            assertThat(store.verify(NEWER.last())).isFalse();
            assertOnlyTheOlderIsKept(store);
        }
        replace(content);
        try (SnapshotStore store = open()) {
            assertReadingStopsAtDamage(store, 0);
            assertOnlyTheOlderIsKept(store);
        }
        replace(content);
        try (SnapshotStore store = open()) {
            assertServingRefusesDamage(store, 0);
            assertOnlyTheOlderIsKept(store);
        }
    }

    @Test
    void onlyTwoDamagedOnesAreKeptForWhoeverWantsToLook() throws IOException {
        for (long index = 20; index <= 50; index += 10) {
            Files.write(file(index), new byte[100]);
        }
        try (SnapshotStore store = open()) {
            assertThat(store.kept()).containsExactly(OLDER.manifest());
            assertThat(damage).hasSize(4);
        }
        assertThat(aside()).containsExactly(file(40).getFileName() + ".damaged", file(50).getFileName() + ".damaged");
    }

    @Test
    void aSnapshotThatWasSetAsideIsFetchedAnewAndAnOldReaderDoesNoHarm() throws IOException {
        replace(flipped(sound.length - 200));
        try (SnapshotStore store = open();
                SnapshotReader old = store.open(NEWER.last()).orElseThrow()) {
            assertThat(store.verify(NEWER.last())).isFalse();
            NEWER.publishTo(store);
            assertThatThrownBy(() -> NEWER.assertIsReadFrom(old)).isInstanceOf(StorageException.Damaged.class);
            NEWER.assertKeptIn(store);
            assertThat(damage).hasSize(1);
        }
    }
}
