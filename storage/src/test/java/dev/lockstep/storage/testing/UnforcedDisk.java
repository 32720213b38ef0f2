package dev.lockstep.storage.testing;

import dev.lockstep.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The machine's file system without the wait for the device: for tests that open many stores and cut no power. */
public final class UnforcedDisk implements Disk {
    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        Disk.system().write(channel, bytes, position);
    }

    @Override
    public void force(FileChannel channel, Path file) {
        // what the process wrote is there for whoever reads it next
    }

    @Override
    public void force(MappedByteBuffer view, int from, int until, Path file) {
        // the same
    }

    @Override
    public void forceDirectory(Path directory) {
        // the same
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        Disk.system().makeDirectory(directory);
    }

    @Override
    public void link(Path file, Path link) throws IOException {
        Disk.system().link(file, link);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Disk.system().rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        Disk.system().delete(file);
    }

    @Override
    public void truncate(FileChannel channel, long length) throws IOException {
        Disk.system().truncate(channel, length);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return Disk.system().usableBytes(directory);
    }
}
