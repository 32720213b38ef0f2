package dev.lockstep.engine.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;

/** What a directory's files take, each counted once whatever its names, while others make and delete some. */
final class DirectoryBytes extends SimpleFileVisitor<Path> {
    private final Map<Object, Long> sizes = new HashMap<>();

    private DirectoryBytes() {}

    /** As of a moment: what was made while others had been deleted, and had been counted, was never there beside them. */
    static long of(Path directory) {
        Map<Object, Long> before = look(directory);
        Map<Object, Long> now = look(directory);
        while (!now.equals(before)) {
            before = now;
            now = look(directory);
        }
        return now.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<Object, Long> look(Path directory) {
        DirectoryBytes bytes = new DirectoryBytes();
        try {
            Files.walkFileTree(directory, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.sizes;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        sizes.put(attributes.fileKey(), attributes.size());
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException gone) {
        return FileVisitResult.CONTINUE;
    }
}
