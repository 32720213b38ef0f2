package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.testing.FrameMaker;
import dev.lockstep.storage.testing.MountedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A full device is met before a frame is, as a refusal: what is appended stays readable and becomes durable, and appends
 * go on when there is room again.
 */
final class DiskFullTest {
    @TempDir
    private Path temporary;

    private final FrameMaker maker = new FrameMaker();

    @ParameterizedTest
    @EnumSource(MountedDisk.Kind.class)
    void aFullDiskRefusesFramesAndLosesNone(MountedDisk.Kind kind) throws IOException {
        try (MountedDisk mounted = MountedDisk.mount(kind, temporary, 8)) {
            Path node = mounted.path().resolve("node");
            FrameRef last;
            try (JournalFixture fixture = new JournalFixture(node, Disk.system(), JournalFixture.SMALL).open()) {
                appendUntilFull(fixture);
                last = fixture.journal().appended();
                assertThat(last.index()).isGreaterThan(20);
                fillWithForeignBytes(mounted.path().resolve("foreign"));
                assertThat(fixture.journal().isSound()).isTrue();
                readAll(fixture, last);
                fixture.agents().flush();
                assertThat(fixture.journal().flushedIndex()).isEqualTo(last.index());

                Files.delete(mounted.path().resolve("foreign"));
                fixture.journal().compactBelow(last.index());
                waitForRoom(fixture);
                append(fixture);
                readAll(fixture, maker.ref());
                last = maker.ref();
            }
            fillWithForeignBytes(mounted.path().resolve("foreign"));
            try (JournalFixture fixture = new JournalFixture(node, Disk.system(), JournalFixture.SMALL).open()) {
                assertThat(fixture.journal().appended()).isEqualTo(last);
                readAll(fixture, last);
            }
        }
    }

    private void appendUntilFull(JournalFixture fixture) {
        while (true) {
            maker.next(1, 10_000);
            while (!fixture.journal().reserve(maker.length())) {
                if (fixture.journal().space() == JournalSpace.DISK_FULL) {
                    maker.after(fixture.journal().appended());
                    return;
                }
                prepare(fixture);
            }
            fixture.journal().append(maker.buffer(), 0, maker.length());
        }
    }

    private void append(JournalFixture fixture) {
        maker.next(1, 10_000);
        assertThat(fixture.journal().reserve(maker.length())).isTrue();
        fixture.journal().append(maker.buffer(), 0, maker.length());
    }

    private static void waitForRoom(JournalFixture fixture) {
        fixture.agents().flush();
        while (fixture.journal().space() != JournalSpace.READY) {
            prepare(fixture);
            Thread.onSpinWait();
        }
    }

    private static void prepare(JournalFixture fixture) {
        try {
            fixture.agents().preparer().doWork();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void readAll(JournalFixture fixture, FrameRef last) {
        try (JournalReader reader = fixture.journal().newReader()) {
            FrameRef read = null;
            ReadResult result = reader.next();
            for (; result == ReadResult.FRAME; result = reader.next()) {
                read = reader.frame().ref();
            }
            assertThat(result).as("%s", reader.damage()).isEqualTo(ReadResult.END);
            assertThat(read).isEqualTo(last);
        }
    }

    /** Takes every block that is left. */
    private static void fillWithForeignBytes(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            for (int size = 64 * 1024; size >= 512; size /= 2) {
                writeUntilRefused(channel, size);
            }
        }
    }

    private static void writeUntilRefused(FileChannel channel, int size) {
        try {
            while (true) {
                channel.write(ByteBuffer.allocate(size));
            }
        } catch (IOException e) {
            assertThat(Disk.saysFull(e)).as("%s", e.getMessage()).isTrue();
        }
    }
}
