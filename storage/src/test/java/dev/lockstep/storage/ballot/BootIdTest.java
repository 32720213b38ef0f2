package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootIdTest {
    @TempDir
    private Path directory;

    static boolean theKernelSays() {
        return Files.isReadable(Path.of("/proc/sys/kernel/random/boot_id"));
    }

    @Test
    @EnabledIf("theKernelSays")
    void theKernelSaysTheSameAllTheTime() {
        BootId now = BootId.current();
        assertThat(now).isNotEqualTo(BootId.UNKNOWN);
        assertThat(now.isSameAs(BootId.current())).isTrue();
    }

    @Test
    void theKernelsNumberIsReadWhole() throws IOException {
        assertThat(BootId.readFrom(fileOf("01234567-89ab-cdef-fedc-ba9876543210\n")))
                .isEqualTo(new BootId(0x0123456789abcdefL, 0xfedcba9876543210L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "none", "00000000-0000-0000-0000-000000000000"})
    void whatIsNoNumberIsUnknown(String text) throws IOException {
        assertThat(BootId.readFrom(fileOf(text))).isEqualTo(BootId.UNKNOWN);
    }

    @Test
    void aKernelThatDoesNotSayIsUnknown() {
        assertThat(BootId.readFrom(directory.resolve("missing"))).isEqualTo(BootId.UNKNOWN);
    }

    @Test
    void anUnknownBootIsNotEvenTheSameAsItself() {
        assertThat(BootId.UNKNOWN.isSameAs(BootId.UNKNOWN)).isFalse();
        assertThat(new BootId(1, 2).isSameAs(BootId.UNKNOWN)).isFalse();
        assertThat(BootId.UNKNOWN.isSameAs(new BootId(1, 2))).isFalse();
    }

    @Test
    void twoBootsAreTheSameOnlyInBothHalves() {
        assertThat(new BootId(1, 2).isSameAs(new BootId(1, 2))).isTrue();
        assertThat(new BootId(1, 2).isSameAs(new BootId(1, 3))).isFalse();
        assertThat(new BootId(1, 2).isSameAs(new BootId(3, 2))).isFalse();
    }

    private Path fileOf(String text) throws IOException {
        return Files.writeString(directory.resolve("boot_id"), text);
    }
}
