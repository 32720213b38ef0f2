package dev.lockstep.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starts a JVM that lacks the flags, because whoever has them cannot see what happens without. */
final class StartWithoutFlagsTest {
    /** Starts an engine that has mistakes in its settings too, and says what it was told. */
    static final class Forgetful {
        private Forgetful() {}

        public static void main(String[] arguments) {
            try {
                Engine.builder().members("a=h:1,b").start();
            } catch (EngineException.BadSettings e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** Restores a backup that is not there, and says what it was told. */
    static final class ForgetfulOperator {
        private ForgetfulOperator() {}

        public static void main(String[] arguments) {
            try {
                Restore.from(Path.of("nowhere")).into(Path.of("target"));
            } catch (EngineException.RestoreFailed e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void whoeverRestoresWithoutThemIsToldBeforeAnythingElse() throws IOException {
        assertThat(said(ForgetfulOperator.class))
                .startsWith("nothing was restored: Lockstep cannot run here")
                .contains("\n--add-opens=java.base/sun.nio.ch=ALL-UNNAMED\n");
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void missingFlagsAreToldTogetherWithTheMistakesInSettings() throws IOException {
        assertThat(said(Forgetful.class))
                .startsWith("5 settings are wrong:")
                .contains(
                        "stateMachine is not given",
                        "\"b\" is no member",
                        "node is not",
                        "directory is not given",
                        "Lockstep cannot run here",
                        "\n--add-opens=java.base/sun.nio.ch=ALL-UNNAMED\n");
    }

    private static String said(Class<?> program) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName())
                .redirectErrorStream(true)
                .start();
        try (InputStream said = process.getInputStream()) {
            return new String(said.readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }
}
