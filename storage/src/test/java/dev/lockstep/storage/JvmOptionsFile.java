package dev.lockstep.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The argument file that users are told to start with. */
final class JvmOptionsFile {
    private JvmOptionsFile() {}

    /** @return its flags, in its order */
    static List<String> flags() throws IOException {
        String file = System.getProperty("lockstep.jvm.options");
        if (file == null) {
            throw new IllegalStateException(
                    "run this with -Dlockstep.jvm.options=<path of jvm.options>, as the build does");
        }
        return Files.readAllLines(Path.of(file)).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
