package dev.lockstep.engine.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The files of the snapshots that a node keeps, for tests that do harm to them. */
final class KeptFiles {
    private KeptFiles() {}

    /** @return those that are published, the newest first */
    static List<Path> of(Path node) {
        return named(node, ".snap");
    }

    /** @return the names of all that is there besides */
    static List<Path> aside(Path node, String suffix) {
        return named(node, suffix);
    }

    private static List<Path> named(Path node, String suffix) {
        try (Stream<Path> all = Files.list(node.resolve("snapshots"))) {
            return all.filter(each -> each.toString().endsWith(suffix))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One bit is another one, in the state: the last chunk but the trailer. */
    static void damage(Path file) {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            long at = access.length() / 2;
            access.seek(at);
            int value = access.read();
            access.seek(at);
            access.write(value ^ 4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
