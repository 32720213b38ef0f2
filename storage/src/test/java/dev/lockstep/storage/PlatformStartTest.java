package dev.lockstep.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Starts real JVMs, because only a start shows which flags a JVM honours. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PlatformStartTest {
    @ParameterizedTest
    @EnumSource
    void aJvmWithTheArgumentFileIsReady(Jdk jdk) throws Exception {
        Outcome outcome = start(jdk, JvmOptionsFile.flags());

        assertThat(outcome.output()).startsWith(PlatformProbe.READY);
        assertThat(outcome.exitCode()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aJvmWithoutFlagsIsToldAllOfThem(Jdk jdk) throws Exception {
        Outcome outcome = start(jdk, List.of());

        assertThat(outcome.exitCode()).isEqualTo(PlatformProbe.REFUSED);
        assertThat(outcome.flagsAskedFor()).containsAll(allFlags());
    }

    @ParameterizedTest
    @EnumSource
    void aJvmThatWasGivenTheFlagsItWasToldIsReady(Jdk jdk) throws Exception {
        List<String> told = start(jdk, List.of()).flagsAskedFor();

        Outcome outcome = start(jdk, told);

        assertThat(outcome.output()).startsWith(PlatformProbe.READY);
    }

    @ParameterizedTest
    @MethodSource("everyFlagOnEveryJdk")
    void aJvmThatLacksOneFlagIsToldThatOneAlone(Jdk jdk, JvmFlag lacking) throws Exception {
        List<String> flags = new ArrayList<>(JvmOptionsFile.flags());
        flags.remove(lacking.text());

        Outcome outcome = start(jdk, flags);

        assertThat(outcome.exitCode()).isEqualTo(PlatformProbe.REFUSED);
        assertThat(outcome.flagsAskedFor()).containsExactly(lacking.text());
    }

    @ParameterizedTest
    @EnumSource
    void aWarningOfUnsafeIsNoReasonToRefuse(Jdk jdk) throws Exception {
        Outcome outcome = start(jdk, allFlags());

        assertThat(outcome.output()).startsWith(PlatformProbe.READY);
    }

    @Test
    void aJvmThatWarnsOfUnsafeIsOfferedTheFlagThatSilencesIt() throws Exception {
        Outcome outcome = start(Jdk.JAVA_25, List.of());

        assertThat(outcome.flagsAskedFor()).contains(PlatformFindings.ALLOW_UNSAFE);
    }

    private static Stream<Arguments> everyFlagOnEveryJdk() {
        return Arrays.stream(Jdk.values())
                .flatMap(jdk -> Arrays.stream(JvmFlag.values()).map(flag -> Arguments.of(jdk, flag)));
    }

    private static List<String> allFlags() {
        return Arrays.stream(JvmFlag.values()).map(JvmFlag::text).toList();
    }

    /** Nothing but Lockstep's own classes is on its class path, so the answer cannot depend on Chronicle or Agrona. */
    private static Outcome start(Jdk jdk, List<String> flags) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(jdk.home().resolve("bin").resolve("java").toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(homeOf(Platform.class) + File.pathSeparator + homeOf(PlatformProbe.class));
        command.add(PlatformProbe.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // A flag from the environment would answer in place of the ones under test.
        builder.environment().keySet().removeAll(Set.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    private static Path homeOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private record Outcome(int exitCode, String output) {
        List<String> flagsAskedFor() {
            return output.lines().filter(line -> line.startsWith("--")).toList();
        }
    }
}
