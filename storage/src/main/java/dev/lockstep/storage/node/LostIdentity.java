package dev.lockstep.storage.node;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.DurableDirectories;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What an identity that was lost has left in a node's directory. It counts for nothing under a new one (PROTOCOL H), but
 * is not for us to throw away. Belongs to the starting thread.
 */
final class LostIdentity {
    /**
     * What an identity leaves. While any of it is there, the directory is not new. The ballot is the first to go: without
     * it, a start that finds the rest still knows that the identity is lost.
     */
    private static final List<String> LEFT = List.of("ballot", "register", "marks", "snapshots", "journal");

    private final Path directory;
    private final Disk disk;

    LostIdentity(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    boolean hasLeftAnything() {
        return LEFT.stream().anyMatch(name -> Files.exists(directory.resolve(name)));
    }

    /** @return where all that was put aside is kept, the oldest under 1 */
    Path formerly() {
        return directory.resolve("formerly");
    }

    /** Puts everything aside, one after the other, each durably before the next. */
    void keepAside() {
        try {
            Path aside = unusedName();
            DurableDirectories.create(aside, disk);
            for (String name : LEFT) {
                if (Files.exists(directory.resolve(name))) {
                    disk.rename(directory.resolve(name), aside.resolve(name));
                    disk.forceDirectory(aside);
                    disk.forceDirectory(directory);
                }
            }
        } catch (IOException e) {
            throw new StorageException(
                    "what a lost identity has left in " + directory + " cannot be put aside: " + Refusal.why(e)
                            + "; let this user write there, make room if it is full, and start again",
                    e);
        }
    }

    private Path unusedName() {
        int number = 1;
        while (Files.exists(formerly().resolve(Integer.toString(number)))) {
            number++;
        }
        return formerly().resolve(Integer.toString(number));
    }
}
