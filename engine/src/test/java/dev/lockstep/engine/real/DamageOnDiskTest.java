package dev.lockstep.engine.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flipped bytes in a journal are found, put aside, and fetched anew from whoever has them. */
final class DamageOnDiskTest {
    private static final int MARK_BYTES = 64;

    @TempDir
    private Path directory;

    /** Makes a frame that can be found in the files, in a segment that is closed. */
    private static FrameRef markedFrame(DiskCluster c) {
        c.commitSegments(1, 1);
        long index = c.propose(1, 2 * MARK_BYTES);
        c.commitSegments(1, 2);
        return c.node(1).holding(index);
    }

    /** Flips a byte of the command that was made as the number says, in whichever segment it stands. */
    private static Path flip(DiskNode node, int command) {
        String mark = new String(CommandBytes.beginning(command, MARK_BYTES), StandardCharsets.ISO_8859_1);
        try (Stream<Path> files = Files.list(node.directory().resolve("journal"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                byte[] bytes = Files.readAllBytes(file);
                int place = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(mark);
                if (place >= 0) {
                    flip(file, bytes[place], place);
                    return file;
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("command " + command + " is in no segment of node " + node.number);
    }

    private static void flip(Path file, byte old, int place) throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.position(place);
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {(byte) (old ^ 8)}));
        }
    }

    private static void checkAside(DiskNode node, Path damaged) {
        assertThat(node.directory().resolve("journal").resolve("aside").resolve(damaged.getFileName()))
                .exists();
    }

    @Test
    void damageThatAStartFindsIsPutAsideAndFetchedAnew() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            FrameRef marked = markedFrame(c);
            c.close(3);
            Path damaged = flip(c.node(3), commandAt(c, marked));
            c.start(3);
            assertThat(c.node(3).storage().report().decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
            assertThat(c.replica(3).last().index()).isEqualTo(marked.index() - 1);
            assertThat(c.replica(3).isRecovering()).isTrue();
            checkAside(c.node(3), damaged);
            c.until("node 3 is whole", () -> !c.replica(3).isRecovering());
            c.commit(1);
            c.checkEqual(1, 2, 3);
            c.kill(3);
            c.start(3);
            assertThat(c.replica(3).isRecovering()).isFalse();
            c.checkEqual(1, 2, 3);
        }
    }

    /** Whoever applies the log comes upon it, and tells the replica. */
    @Test
    void damageThatAReaderOfALivingStandbyMeetsIsPutAsideAndFetchedAnew() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            FrameRef marked = markedFrame(c);
            Path damaged = flip(c.node(3), commandAt(c, marked));
            c.replica(3).onDamage(firstUnreadable(c.node(3)));
            assertThat(c.replica(3).isRecovering()).isTrue();
            c.until(
                    "it is put aside",
                    () -> c.replica(3).last().index() < marked.index()
                            || c.node(3).holds(marked));
            c.until("node 3 is whole", () -> !c.replica(3).isRecovering());
            checkAside(c.node(3), damaged);
            c.commit(1);
            c.checkEqual(1, 2, 3);
        }
    }

    private static long firstUnreadable(DiskNode node) {
        try (JournalReader reader = node.journal().newReader()) {
            ReadResult result = reader.next();
            while (result == ReadResult.FRAME) {
                result = reader.next();
            }
            assertThat(result).isEqualTo(ReadResult.DAMAGED);
            return reader.damage().index();
        }
    }

    /** The primary comes upon it when it reads its own log for somebody who is behind: another one must reign. */
    @Test
    void aPrimaryThatCannotReadWhatAStandbyNeedsLetsAnotherOneReign() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            c.close(3);
            FrameRef marked = markedFrame(c);
            Path damaged = flip(c.node(1), commandAt(c, marked));
            c.start(3);
            c.until("node 2 is primary", () -> c.isPrimary(2));
            checkAside(c.node(1), damaged);
            c.until("node 1 is whole", () -> !c.replica(1).isRecovering());
            c.commit(2);
            c.checkEqual(1, 2, 3);
        }
    }

    /** @return the number of the only command of a frame */
    private static int commandAt(DiskCluster c, FrameRef frame) {
        try (JournalReader reader = c.node(2).journal().newReader()) {
            assertThat(reader.seek(frame.index())).isEqualTo(ReadResult.FRAME);
            assertThat(reader.frame().nextCommand()).isTrue();
            return CommandBytes.number(reader.frame().buffer(), reader.frame().commandOffset());
        }
    }
}
