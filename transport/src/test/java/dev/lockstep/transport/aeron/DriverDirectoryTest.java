package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.transport.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DriverDirectoryTest {
    private static final long SOME_BYTES = 1 << 20;
    private static final long TOO_MANY_BYTES = Long.MAX_VALUE;

    @TempDir
    private Path shared;

    @TempDir
    private Path fallback;

    private static List<String> names(Path place) throws IOException {
        try (Stream<Path> all = Files.list(place)) {
            return all.map(each -> each.getFileName().toString()).toList();
        }
    }

    @Test
    void eachDriverHasOneOfItsOwn() throws IOException {
        DriverDirectory one = DriverDirectory.take(shared, null, SOME_BYTES);
        DriverDirectory other = DriverDirectory.take(shared, null, SOME_BYTES);
        assertThat(one.path()).isNotEqualTo(other.path());
        assertThat(one.path().getParent()).isEqualTo(shared);
        Files.createDirectory(one.path());
        one.release();
        other.release();
        assertThat(names(shared)).isEmpty();
    }

    @Test
    void whatADeadProcessLeftBehindIsRemovedByTheNextStart() throws IOException {
        Path left = Files.createDirectory(shared.resolve("lockstep-dead"));
        Files.write(left.resolve("cnc.dat"), new byte[100]);
        Files.createFile(shared.resolve("lockstep-dead.lock"));
        Path others = Files.createDirectory(shared.resolve("somebody-elses"));
        DriverDirectory mine = DriverDirectory.take(shared, null, SOME_BYTES);
        assertThat(left).doesNotExist();
        assertThat(others).exists();
        mine.release();
        assertThat(names(shared)).containsExactly("somebody-elses");
    }

    @Test
    void whatALivingProcessUsesIsLeftAlone() throws IOException {
        DriverDirectory living = DriverDirectory.take(shared, null, SOME_BYTES);
        Files.createDirectory(living.path());
        DriverDirectory.take(shared, null, SOME_BYTES).release();
        assertThat(living.path()).exists();
        living.release();
    }

    @Test
    void withTooLittleSharedMemoryTheOtherPlaceIsTaken() {
        Path noSharedMemory = shared.resolve("missing");
        DriverDirectory taken = DriverDirectory.take(noSharedMemory, fallback.resolve("new"), SOME_BYTES);
        assertThat(taken.path().startsWith(fallback)).isTrue();
        taken.release();
    }

    @Test
    void withTooLittleEverywhereItIsRefusedWithTheRemedy() throws IOException {
        assertThatThrownBy(() -> DriverDirectory.take(shared, fallback, TOO_MANY_BYTES))
                .isInstanceOf(TransportException.NoRoom.class)
                .hasMessageContaining(shared.toString())
                .hasMessageContaining(fallback.toString())
                .hasMessageContaining("MiB")
                .hasMessageContaining("--shm-size");
        assertThat(names(shared)).isEmpty();
    }
}
