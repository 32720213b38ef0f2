package dev.lockstep.engine.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** What a store of snapshots has on the disk. */
final class SnapshotFiles {
    private SnapshotFiles() {}

    /** Damages the only file in a directory. */
    static void flipByteInTheMiddleOf(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            Path file = files.reduce((one, other) -> {
                        throw new AssertionError(one + " is not the only one");
                    })
                    .orElseThrow();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer one = ByteBuffer.allocate(1);
                long middle = channel.size() / 2;
                channel.read(one, middle);
                one.put(0, (byte) ~one.get(0)).rewind();
                channel.write(one, middle);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
