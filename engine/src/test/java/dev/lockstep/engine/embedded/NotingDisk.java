package dev.lockstep.engine.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The disk of a node that is brought a snapshot: remembers what was asked of it. */
class NotingDisk extends ChunkDisk {
    /** Where each was written to, in its file. */
    final List<Long> chunks = new CopyOnWriteArrayList<>();

    final List<String> steps = new CopyOnWriteArrayList<>();

    NotingDisk(Path node) {
        super(node);
    }

    @Override
    void before(String step) throws IOException {
        steps.add(step);
    }

    @Override
    void writeChunk(FileChannel channel, ByteBuffer chunk, long position) throws IOException {
        chunks.add(position);
        super.writeChunk(channel, chunk, position);
    }

    /** @return whether no place was written to twice, and all in order */
    boolean isEachOnce() {
        List<Long> inOrder = chunks.stream().distinct().sorted().toList();
        return inOrder.equals(chunks) && inOrder.get(0) == 0;
    }
}
