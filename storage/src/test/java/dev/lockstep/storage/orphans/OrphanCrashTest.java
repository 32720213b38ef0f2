package dev.lockstep.storage.orphans;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.FrameMaker;
import dev.lockstep.storage.testing.RecordingDisk;
import dev.lockstep.storage.testing.SimulatedCrash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kill and a power cut leave of orphans. */
class OrphanCrashTest {
    private static final int FRAMES_A_BATCH = 3;
    private static final int BATCHES = 2;

    @TempDir
    private Path temporary;

    private final List<FrameRef> kept = new ArrayList<>();
    private final List<String> sealed = new ArrayList<>();

    private void keepAndSeal(Path directory, Disk disk) {
        kept.clear();
        sealed.clear();
        FrameMaker maker = new FrameMaker();
        try (OrphanStore store = FileOrphanStore.open(directory, disk)) {
            for (int batch = 0; batch < BATCHES; batch++) {
                for (int i = 0; i < FRAMES_A_BATCH; i++) {
                    maker.next(2, 3000);
                    store.keep(new Frame().wrap(maker.buffer(), 0));
                    kept.add(maker.ref());
                }
                sealed.add(store.seal());
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void aKillAnywhereLeavesEveryFrameThatWasKeptAndAtMostOneThatIsTorn() throws IOException {
        FaultyDisk counting = new FaultyDisk();
        keepAndSeal(temporary.resolve("whole"), counting);
        int torn = 0;
        for (int operation = 1; operation <= counting.count(); operation++) {
            Path directory = temporary.resolve("killed-" + operation);
            FaultyDisk disk = new FaultyDisk();
            disk.crashAt(operation);
            try {
                keepAndSeal(directory, disk);
            } catch (SimulatedCrash crash) {
                torn += assertEverythingKeptIsIn(directory);
            }
        }
        assertThat(torn).as("kills in the middle of a frame").isEqualTo(BATCHES * FRAMES_A_BATCH);
    }

    /** @return how many frames are torn, which the reader says */
    private int assertEverythingKeptIsIn(Path directory) throws IOException {
        List<FrameRef> read = new ArrayList<>();
        int torn = 0;
        for (Path file : files(directory)) {
            OrphanedFrames found = OrphanedFrames.read(file, frame -> read.add(frame.ref()));
            if (!found.isWhole()) {
                torn++;
                assertThat(found.defect()).isEqualTo(FrameDefect.TRUNCATED);
                assertThat(found.toString()).contains(file.toString(), "at byte " + found.soundBytes(), "fewer bytes");
                assertThat(sealed).doesNotContain(file.getFileName().toString());
            }
        }
        assertThat(read).containsExactlyElementsOf(kept);
        return torn;
    }

    @Test
    void aPowerCutAnywhereLeavesEveryBatchThatWasSealedWhole() {
        Path node = temporary.resolve("node");
        RecordingDisk disk = new RecordingDisk();
        Random random = new Random(17);
        int[] drawn = new int[1];
        disk.beforeEach(() -> {
            if (Files.exists(node)) {
                Path left = temporary.resolve("left-" + drawn[0]++);
                assertSealedIsWhole(disk.drawPowerCut(node, left, random));
            }
        });
        for (int run = 0; run < 10; run++) {
            keepAndSeal(node.resolve("orphans"), disk);
            assertSealedIsWhole(disk.drawPowerCut(node, temporary.resolve("left-after-" + run), random));
        }
        assertThat(drawn[0]).isGreaterThan(50);
    }

    private void assertSealedIsWhole(Path left) {
        for (int batch = 0; batch < sealed.size(); batch++) {
            List<FrameRef> read = new ArrayList<>();
            OrphanedFrames found = OrphanedFrames.read(
                    left.resolve("orphans").resolve(sealed.get(batch)), frame -> read.add(frame.ref()));
            assertThat(found.isWhole()).as("%s", found).isTrue();
            assertThat(read)
                    .containsExactlyElementsOf(kept.subList(batch * FRAMES_A_BATCH, (batch + 1) * FRAMES_A_BATCH));
        }
    }
}
