package dev.lockstep.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The Javas that a test can start a program with. */
enum Jdk {
    /** The one that runs the tests. */
    THIS,
    /** The newest one that is supported, if the machine has it. */
    JAVA_25;

    /** Skips the test, and says why, if the machine does not have it. */
    Path home() throws IOException {
        if (this == THIS || Runtime.version().feature() == 25) {
            return Path.of(System.getProperty("java.home"));
        }
        Optional<Path> found = java25();
        assumeTrue(found.isPresent(), "no JDK 25 on this machine: neither JAVA25_HOME nor /usr/lib/jvm has one");
        return found.orElseThrow();
    }

    private static Optional<Path> java25() throws IOException {
        String named = System.getenv("JAVA25_HOME");
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        Path installed = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(installed)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(installed)) {
            List<Path> sorted = homes.sorted().toList();
            for (Path home : sorted) {
                Path release = home.resolve("release");
                if (Files.isRegularFile(release) && Files.readString(release).contains("JAVA_VERSION=\"25")) {
                    return Optional.of(home);
                }
            }
        }
        return Optional.empty();
    }
}
