package dev.lockstep.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformFindingsTest {
    private Runtime.Version version = Runtime.Version.parse("17.0.15+6");
    private String operatingSystem = "Linux";
    private String addressBits = "64";
    private ByteOrder byteOrder = ByteOrder.LITTLE_ENDIAN;
    private Optional<String> module = Optional.empty();
    private Set<JvmFlag> missingFlags = EnumSet.noneOf(JvmFlag.class);
    private boolean warnsOfUnsafe;

    @ParameterizedTest
    @ValueSource(strings = {"17", "17.0.15+6", "21.0.7", "25", "25.0.1+8"})
    void aSupportedJavaWithEveryFlagIsFine(String java) {
        version = Runtime.Version.parse(java);

        assertThat(findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.0.27", "16.0.2", "26-ea+3", "27"})
    void anotherJavaIsRefusedByName(String java) {
        version = Runtime.Version.parse(java);

        assertThat(findings()).singleElement().asString().contains("Java 17 to 25", "this is Java " + java + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mac OS X", "Windows 11", "unknown"})
    void anotherSystemIsRefusedByName(String system) {
        operatingSystem = system;

        assertThat(findings()).singleElement().asString().contains("runs on Linux; this is " + system);
    }

    @ParameterizedTest
    @ValueSource(strings = {"32", "unknown"})
    void aJvmThatIsNotKnownToHave64BitsIsRefused(String bits) {
        addressBits = bits;

        assertThat(findings()).singleElement().asString().contains("64-bit JVM; this one has " + bits + " bits");
    }

    @Test
    void aBigEndianProcessorIsRefused() {
        byteOrder = ByteOrder.BIG_ENDIAN;

        assertThat(findings()).singleElement().asString().contains("this processor is big-endian");
    }

    @Test
    void theModulePathIsRefusedAndTheClassPathNamed() {
        module = Optional.of("dev.lockstep.storage");

        assertThat(findings())
                .singleElement()
                .asString()
                .contains("module path, as module dev.lockstep.storage", "class path (-cp)");
    }

    @ParameterizedTest
    @EnumSource
    void aMissingFlagIsNamedAloneOnItsLine(JvmFlag flag) {
        missingFlags = EnumSet.of(flag);

        assertThat(flagLines()).containsExactly(flag.text());
        assertThat(findings()).singleElement().asString().contains("java @jvm.options ...");
    }

    @Test
    void everyMissingFlagIsNamedAtOnce() {
        missingFlags = EnumSet.allOf(JvmFlag.class);

        assertThat(flagLines())
                .containsExactly(
                        "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");
    }

    @Test
    void theFlagThatOnlySilencesAWarningIsOfferedWithTheOthers() {
        version = Runtime.Version.parse("25.0.1+8");
        missingFlags = EnumSet.of(JvmFlag.OPEN_UNSAFE);
        warnsOfUnsafe = true;

        assertThat(flagLines()).containsExactly(JvmFlag.OPEN_UNSAFE.text(), "--sun-misc-unsafe-memory-access=allow");
        assertThat(findings()).singleElement().asString().contains("only silences a warning");
    }

    @Test
    void theFlagThatOnlySilencesAWarningIsNotDemanded() {
        version = Runtime.Version.parse("25.0.1+8");
        warnsOfUnsafe = true;

        assertThat(findings()).isEmpty();
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        version = Runtime.Version.parse("26");
        operatingSystem = "AIX";
        addressBits = "32";
        byteOrder = ByteOrder.BIG_ENDIAN;
        module = Optional.of("dev.lockstep.storage");
        missingFlags = EnumSet.allOf(JvmFlag.class);

        assertThat(findings()).hasSize(6);
    }

    private List<String> findings() {
        return PlatformFindings.of(
                new JavaRuntime(version, operatingSystem, addressBits, byteOrder, module, missingFlags, warnsOfUnsafe));
    }

    private List<String> flagLines() {
        return findings().stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("--"))
                .toList();
    }
}
