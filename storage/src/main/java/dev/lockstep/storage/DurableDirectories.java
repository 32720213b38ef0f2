package dev.lockstep.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes directories that a power cut does not take away again with all that is forced inside them. May be used from any
 * thread.
 */
public final class DurableDirectories {
    private DurableDirectories() {}

    /**
     * Makes what is missing of a path, and returns when the device knows of it, also of what was there. Blocks.
     *
     * @param directory the directory
     * @param disk what makes and forces
     * @throws IOException if the device refuses, or something else has that name
     */
    public static void create(Path directory, Disk disk) throws IOException {
        Path absolute = directory.toAbsolutePath();
        Path parent = absolute.getParent();
        if (Files.isDirectory(absolute)) {
            forceWhatAnEarlierStartMade(absolute, disk);
        } else if (parent != null) {
            create(parent, disk);
            disk.makeDirectory(absolute);
            disk.forceDirectory(parent);
        }
    }

    /**
     * The deepest directory that exists may have been made by a start that died before it forced it. One in a parent that
     * may not be read was made by somebody else.
     */
    private static void forceWhatAnEarlierStartMade(Path directory, Disk disk) throws IOException {
        Path parent = directory.toRealPath().getParent();
        if (parent != null && Files.isReadable(parent)) {
            disk.forceDirectory(parent);
        }
    }
}
