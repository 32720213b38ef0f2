package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.testing.Directories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member that is brought a snapshot is killed: whatever the step, it is brought all of one, and none is loaded by half. */
@Timeout(240)
final class TransferCrashTest {
    /** What comes next when the process ends, the n-th of its kind since the transfer began; in the order in which they come. */
    private enum Step {
        FILE_IS_MADE("chunk at 0", 1),
        CHUNK_IS_HALF_WRITTEN("chunk at .*", 4),
        ALL_HAS_COME("force snapshot-.*[.]partial", 1),
        IT_IS_FORCED("rename snapshot-.*[.]snap", 1),
        IT_HAS_ITS_NAME("force directory snapshots", 1),
        IT_IS_PUBLISHED("delete snapshot-.*[.]snap", 1),
        OLDEST_IS_REMOVED("force directory snapshots", 2),
        LOG_BEGINS_BEHIND_IT("force a stretch of segment-.*", 1),
        LOG_IS_FORCED("link [0-9]+[.]cq4", 1),
        LOG_HAS_ITS_NAME("force directory journal", 1),
        LOG_IS_THERE("delete [0-9]+[.]cq4", 1),
        LOG_BEFORE_IT_IS_REMOVED("force directory journal", 2);

        private final Pattern next;
        private final int number;

        Step(String next, int number) {
            this.next = Pattern.compile(next);
            this.number = number;
        }
    }

    /** From that step on it refuses everything, and nobody sees what becomes of the node: the test goes on with a copy. */
    private static final class KilledDisk extends ChunkDisk {
        private final Path node;
        private final Path left;
        private final Step step;
        private boolean isComing;
        private int seen;
        private volatile boolean isDead;

        KilledDisk(Path node, Path left, Step step) {
            super(node);
            this.node = node;
            this.left = left;
            this.step = step;
        }

        @Override
        synchronized void before(String next) throws IOException {
            isComing |= next.startsWith("chunk");
            if (!isDead && isComing && step.next.matcher(next).matches()) {
                seen++;
                if (seen == step.number) {
                    die();
                }
            }
            if (isDead) {
                throw new IOException("this process was killed");
            }
        }

        private void die() {
            Directories.copy(node, left);
            isDead = true;
        }

        @Override
        void writeChunk(FileChannel channel, ByteBuffer chunk, long position) throws IOException {
            if (step == Step.CHUNK_IS_HALF_WRITTEN && !isDead && seen == step.number - 1) {
                ByteBuffer half = chunk.duplicate();
                Disk.system().write(channel, half.limit(half.position() + half.remaining() / 2), position);
            }
            super.writeChunk(channel, chunk, position);
        }
    }

    @TempDir
    private Path directory;

    private EngineTrio trio;
    private OutrunMember away;

    @BeforeEach
    void open() {
        trio = new EngineTrio(directory).with(builder -> {
            OutrunMember.set(builder);
            builder.errorHandler(error -> {}); // what a process says that is dead
        });
        EngineTrio.NAMES.forEach(name -> trio.start(name, new BroughtAdder()));
        trio.submit(10);
        trio.awaitAgreement();
        away = new OutrunMember(trio, directory);
    }

    @AfterEach
    void close() {
        trio.close();
    }

    /** The next process finds what the one that was killed has left. */
    private void killAt(Step step) throws IOException {
        Path left = directory.resolve("left-" + step);
        KilledDisk disk = new KilledDisk(away.directory(), left, step);
        trio.start(away.name, new BroughtAdder(), disk);
        trio.await("it comes to the step at which it dies: " + step, () -> disk.isDead);
        trio.close(away.name);
        Files.move(away.directory(), directory.resolve("dead-" + step));
        Files.move(left, away.directory());
    }

    @Test
    void aMemberThatIsKilledAtAnyStepOfATransferComesToTheStateOfAllAndAcknowledges() throws IOException {
        for (Step step : Step.values()) {
            away.outrun();
            killAt(step);
            trio.start(away.name, new BroughtAdder());
            away.assertIsLive("killed at " + step);
        }
    }

    /** Nothing of a file that was not published is trusted after a start: it is removed, and all comes anew. */
    @Test
    void ofWhatHadComeToAMemberThatWasKilledNothingIsLeftAndANewerOneIsBroughtFromItsBeginning() throws IOException {
        away.outrun();
        killAt(Step.ALL_HAS_COME);
        List<Path> half = KeptFiles.aside(away.directory(), ".partial");
        assertThat(half).hasSize(1);
        away.save();
        NotingDisk disk = new NotingDisk(away.directory());
        trio.start(away.name, new BroughtAdder(), disk);
        assertThat(half.get(0)).doesNotExist();
        away.assertIsLive("brought a newer one");
        assertThat(disk.steps).contains("delete " + half.get(0).getFileName());
        assertThat(disk.isEachOnce()).as("chunks at %s", disk.chunks).isTrue();
    }
}
