package dev.lockstep.storage.orphans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanedFramesTest {
    @TempDir
    private Path directory;

    private final List<FrameRef> kept = new ArrayList<>();
    /** Where each frame ends. */
    private final List<Integer> ends = new ArrayList<>();

    private Path file;
    private byte[] sound;

    @BeforeEach
    void keepSomeFrames() throws IOException {
        FrameMaker maker = new FrameMaker();
        try (OrphanStore store = FileOrphanStore.open(directory, Disk.system())) {
            int end = 0;
            for (int frame = 0; frame < 4; frame++) {
                maker.next(frame, 11);
                store.keep(new Frame().wrap(maker.buffer(), 0));
                kept.add(maker.ref());
                end += maker.length();
                ends.add(end);
            }
            file = directory.resolve(store.seal());
        }
        sound = Files.readAllBytes(file);
    }

    private int framesBefore(int at) {
        return (int) ends.stream().filter(end -> end <= at).count();
    }

    /** What is shown is what stands before the place, and what is said is where that ends. */
    private OrphanedFrames assertDefectAt(int at, byte[] content) throws IOException {
        Files.write(file, content);
        List<FrameRef> read = new ArrayList<>();
        OrphanedFrames found = OrphanedFrames.read(file, frame -> read.add(frame.ref()));
        int whole = framesBefore(at);
        assertThat(found.isWhole()).as("byte %d", at).isFalse();
        assertThat(read).as("byte %d", at).isEqualTo(kept.subList(0, whole));
        assertThat(found.frameCount()).isEqualTo(whole);
        assertThat(found.soundBytes()).isEqualTo(whole == 0 ? 0 : ends.get(whole - 1));
        return found;
    }

    @Test
    void aWholeFileIsSaidToBe() {
        List<FrameRef> read = new ArrayList<>();
        OrphanedFrames found = OrphanedFrames.read(file, frame -> read.add(frame.ref()));
        assertThat(read).isEqualTo(kept);
        assertThat(found).isEqualTo(new OrphanedFrames(file, 4, sound.length, FrameDefect.NONE));
        assertThat(found).hasToString(file + " holds 4 sound frames");
    }

    @Test
    void everyFlippedByteIsNoticedInItsFrame() throws IOException {
        for (int at = 0; at < sound.length; at++) {
            byte[] flipped = sound.clone();
            flipped[at] ^= (byte) 0xff;
            assertDefectAt(at, flipped);
        }
    }

    @Test
    void everyFlippedBitIsNoticedInItsFrame() throws IOException {
        for (int bit = 0; bit < sound.length * Byte.SIZE; bit++) {
            byte[] flipped = sound.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertDefectAt(bit / Byte.SIZE, flipped);
        }
    }

    @Test
    void aFrameThatIsTornAnywhereIsSaidToBe() throws IOException {
        for (int length = 1; length < sound.length; length++) {
            if (!ends.contains(length)) {
                OrphanedFrames found = assertDefectAt(length, Arrays.copyOf(sound, length));
                assertThat(found.defect()).isEqualTo(FrameDefect.TRUNCATED);
                assertThat(found.toString()).contains("at byte " + found.soundBytes() + ": fewer bytes");
            }
        }
    }

    @Test
    void somethingBehindTheFramesIsSaid() throws IOException {
        assertThat(assertDefectAt(sound.length, Arrays.copyOf(sound, sound.length + 100))
                        .defect())
                .isEqualTo(FrameDefect.BAD_LENGTH);
    }

    @Test
    void anEmptyFileHoldsNoFrame() throws IOException {
        Files.write(file, new byte[0]);
        assertThat(OrphanedFrames.read(file, frame -> {})).isEqualTo(new OrphanedFrames(file, 0, 0, FrameDefect.NONE));
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> OrphanedFrames.read(missing, frame -> {}))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(missing + " does not exist");
    }
}
