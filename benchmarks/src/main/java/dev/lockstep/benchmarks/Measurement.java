package dev.lockstep.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/** Something that is measured in a JVM of its own. */
@FunctionalInterface
public interface Measurement {
    /**
     * @param directory where it may keep files; what is there stays for the next measurement
     * @param effort how long it may take
     * @param results takes the figures
     * @throws IOException if the directory cannot be used
     */
    void run(Path directory, Effort effort, Results results) throws IOException;
}
