package dev.lockstep.engine.embedded;

import dev.lockstep.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The disk of a node that is brought snapshots: knows their chunks from all else that is written. */
abstract class ChunkDisk extends StepwiseDisk {
    private final Path node;

    ChunkDisk(Path node) {
        this.node = node;
    }

    /** A chunk comes: it is a step like any other, but for its name. */
    void writeChunk(FileChannel channel, ByteBuffer chunk, long position) throws IOException {
        before("chunk at " + position);
        Disk.system().write(channel, chunk, position);
    }

    @Override
    public final void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        if (isChunk(position)) {
            writeChunk(channel, bytes, position);
        } else {
            super.write(channel, bytes, position);
        }
    }

    /** It makes a file longer that nothing else is written to; by the thread that takes what comes. */
    private boolean isChunk(long position) throws IOException {
        if (!Thread.currentThread().getName().endsWith("-background")) {
            return false;
        }
        List<Path> partial = KeptFiles.aside(node, ".partial");
        return partial.size() == 1 && Files.size(partial.get(0)) == position;
    }
}
