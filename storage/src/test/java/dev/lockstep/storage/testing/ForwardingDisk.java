package dev.lockstep.storage.testing;

import dev.lockstep.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The machine's own disk, for tests that watch or change one of its operations. */
public class ForwardingDisk implements Disk {
    private final Disk system = Disk.system();

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        system.write(channel, bytes, position);
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        system.force(channel, file);
    }

    @Override
    public void force(MappedByteBuffer view, int from, int until, Path file) throws IOException {
        system.force(view, from, until, file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        system.forceDirectory(directory);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        system.makeDirectory(directory);
    }

    @Override
    public void link(Path file, Path link) throws IOException {
        system.link(file, link);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        system.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        system.delete(file);
    }

    @Override
    public void truncate(FileChannel channel, long length) throws IOException {
        system.truncate(channel, length);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return system.usableBytes(directory);
    }
}
