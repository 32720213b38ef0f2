package dev.lockstep.storage.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a backup's files, it is seen, and named. */
final class BackupDamageTest {
    private static final String SNAPSHOT = "snapshot-0000000000000000003.snap";

    /** Of a longer file only some bytes are damaged, one after the other. */
    private static final int LONG = 2000;

    private static final int SOME = 5;

    @TempDir
    private Path root;

    private Path directory;

    @BeforeEach
    void backUp() {
        directory = root.resolve("backup");
        BackupSample.withSnapshot(root.resolve("snapshots")).backUp(directory, new UnforcedDisk());
    }

    private void assertDamageIsNamed(String file, String when) {
        Throwable thrown = catchThrowable(() -> Backup.open(directory).verify(bytes -> {}));
        assertThat(thrown)
                .as(when)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(directory.resolve(file).toString());
        boolean isOfNewerFormat = String.valueOf(thrown.getMessage()).contains("format");
        assertThat(thrown instanceof StorageException.Damaged || isOfNewerFormat)
                .as(when)
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {BackupLayout.MANIFEST, BackupLayout.LOG, SNAPSHOT})
    void aFlippedBitAnywhereIsSeen(String file) throws IOException {
        Path path = directory.resolve(file);
        byte[] sound = Files.readAllBytes(path);
        for (int at = 0; at < sound.length; at += sound.length > LONG ? SOME : 1) {
            byte[] damaged = sound.clone();
            damaged[at] ^= (byte) (1 << at % Byte.SIZE);
            Files.write(path, damaged);
            assertDamageIsNamed(file, "bit " + at % Byte.SIZE + " of byte " + at);
        }
        Files.write(path, sound);
        Backup.open(directory).verify(bytes -> {});
    }

    @ParameterizedTest
    @ValueSource(strings = {BackupLayout.MANIFEST, BackupLayout.LOG, SNAPSHOT})
    void aFileThatIsMissingOrShorterOrLongerIsSeen(String file) throws IOException {
        Path path = directory.resolve(file);
        byte[] sound = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(sound, sound.length - 1));
        assertDamageIsNamed(file, "one byte less");
        Files.write(path, Arrays.copyOf(sound, sound.length + 1));
        assertDamageIsNamed(file, "one byte more");
        Files.write(path, new byte[0]);
        assertDamageIsNamed(file, "nothing in it");
        Files.write(path, new byte[sound.length]);
        assertDamageIsNamed(file, "zeros");
        Files.delete(path);
        assertDamageIsNamed(file, "no file");
    }
}
