package dev.lockstep.engine.restore;

import dev.lockstep.engine.EngineException;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.DurableDirectories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that is made beside the place where it goes, and gets its name when all of it is durable: a crash leaves
 * nothing there. What it leaves beside it says what it is. Owned by one thread.
 *
 * <pre>
 * target.restoring/WHAT-THIS-IS    forced before anything else
 * target.restoring/content         renamed to target in the end
 * </pre>
 */
final class StagedDirectory implements AutoCloseable {
    private static final String MARKER = "WHAT-THIS-IS";
    private static final String EXPLANATION =
            "Left by a restore that was not finished. Nothing here is of use; the next"
                    + " restore to the same place removes it, and so may you.\n";

    private final Path target;
    private final Path staging;
    private final Disk disk;
    private boolean isPublished;

    private StagedDirectory(Path target, Path staging, Disk disk) {
        this.target = target;
        this.staging = staging;
        this.disk = disk;
    }

    /**
     * @throws EngineException.RestoreFailed if something is at the target, or in the way beside it
     * @throws IOException if the device refuses
     */
    static StagedDirectory make(Path target, Disk disk) throws IOException {
        Path absolute = target.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw refused(absolute, "is to be made in " + parent + ", which is no directory; make that first");
        }
        checkFree(absolute);
        Path staging = absolute.resolveSibling(absolute.getFileName() + ".restoring");
        StagedDirectory staged = new StagedDirectory(absolute, staging, disk);
        staged.removeWhatACrashLeft();
        try {
            staged.begin();
            return staged;
        } catch (IOException | RuntimeException e) {
            staged.removeBecauseOf(e);
            throw e;
        }
    }

    private static EngineException refused(Path target, String why) {
        return new EngineException.RestoreFailed("nothing was restored: " + target + " " + why, null);
    }

    private static void checkFree(Path target) throws IOException {
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw refused(target, "is a file; name another place");
        }
        if (Files.isDirectory(target) && !isEmpty(target)) {
            throw refused(target, "is not empty; name an empty directory, or one that is not there yet");
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    private void removeWhatACrashLeft() throws IOException {
        if (!Files.exists(staging)) {
            return;
        }
        if (!Files.isDirectory(staging) || !(Files.exists(staging.resolve(MARKER)) || isEmpty(staging))) {
            throw refused(
                    target,
                    "would be made beside it, in " + staging + ", which something else has taken; remove that, or name"
                            + " another place");
        }
        remove();
    }

    private void begin() throws IOException {
        DurableDirectories.create(staging, disk);
        Path marker = staging.resolve(MARKER);
        try (FileChannel channel = FileChannel.open(marker, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            disk.write(channel, ByteBuffer.wrap(EXPLANATION.getBytes(StandardCharsets.UTF_8)), 0);
            disk.force(channel, marker);
        }
        disk.forceDirectory(staging);
        DurableDirectories.create(content(), disk);
    }

    /** @return where to make it */
    Path content() {
        return staging.resolve("content");
    }

    /** All in it is durable: it gets its place, durably on return. */
    void publish() throws IOException {
        checkFree(target);
        disk.delete(target); // empty
        disk.rename(content(), target);
        try {
            disk.forceDirectory(target.getParent());
            disk.forceDirectory(staging);
        } catch (IOException e) {
            takeBack(e);
            throw e;
        }
        isPublished = true;
    }

    /** What may not be there after a power cut must not be started before it. */
    private void takeBack(IOException because) {
        try {
            disk.rename(target, content());
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    private void removeBecauseOf(Exception failure) {
        try {
            remove();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Removes what is left beside the target. The marker goes last: what a crash leaves can be told until then. */
    private void remove() throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(staging)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        Path marker = staging.resolve(MARKER);
        for (Path each : all) {
            if (!each.equals(marker) && !each.equals(staging)) {
                disk.delete(each);
            }
        }
        disk.delete(marker);
        disk.delete(staging);
    }

    @Override
    public void close() throws IOException {
        try {
            remove();
        } catch (IOException e) {
            if (!isPublished) {
                throw e;
            }
            // The target is whole; what is left beside it says that it is of no use.
        }
    }
}
