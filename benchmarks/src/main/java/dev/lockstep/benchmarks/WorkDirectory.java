package dev.lockstep.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;

/** A directory of the run's own, gone when the run ends, also when it is interrupted. */
final class WorkDirectory implements AutoCloseable {
    private final Path root;

    private WorkDirectory(Path root) {
        this.root = root;
    }

    /**
     * @param parent the directory to make it in
     */
    static WorkDirectory in(Path parent) throws IOException {
        Files.createDirectories(parent);
        WorkDirectory made = new WorkDirectory(Files.createTempDirectory(parent.toRealPath(), "run-"));
        Runtime.getRuntime().addShutdownHook(new Thread(made::remove, "remove-work-directory"));
        return made;
    }

    Path root() {
        return root;
    }

    /** @return the directory of one part of the run */
    Path part(String name) {
        try {
            return Files.createDirectories(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes what a part of the run has left. */
    void discard(String name) {
        IoUtil.delete(root.resolve(name).toFile(), true);
    }

    private void remove() {
        // The JVMs that measure would go on writing.
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        IoUtil.delete(root.toFile(), true);
    }

    @Override
    public void close() {
        remove(); // and once more when the process ends, which finds nothing
    }
}
