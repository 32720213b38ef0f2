package dev.lockstep.benchmarks.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;

/** Where Aeron by itself keeps its buffers: in shared memory, one directory a process, gone at the latest a run later. */
final class AeronDirectories {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "lockstep-benchmarks-aeron-";

    private AeronDirectories() {}

    /** @return this process's, not yet made */
    static Path take() {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(SHARED_MEMORY, PREFIX + "*")) {
            for (Path each : found) {
                removeIfAbandoned(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return SHARED_MEMORY.resolve(PREFIX + ProcessHandle.current().pid());
    }

    private static void removeIfAbandoned(Path directory) {
        String owner = directory.getFileName().toString().substring(PREFIX.length());
        if (ProcessHandle.of(Long.parseLong(owner)).isEmpty()) {
            IoUtil.delete(directory.toFile(), true);
        }
    }
}
