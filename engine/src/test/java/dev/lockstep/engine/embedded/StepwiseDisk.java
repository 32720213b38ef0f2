package dev.lockstep.engine.embedded;

import dev.lockstep.storage.testing.ForwardingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The machine's own disk, which tells of each operation that changes something, by name, before it is done. */
abstract class StepwiseDisk extends ForwardingDisk {
    /**
     * @param step what comes next
     * @throws IOException if the device refuses it
     */
    abstract void before(String step) throws IOException;

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        before("write " + bytes.remaining() + " bytes at " + position);
        super.write(channel, bytes, position);
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        before("force " + file.getFileName());
        super.force(channel, file);
    }

    @Override
    public void force(MappedByteBuffer view, int from, int until, Path file) throws IOException {
        before("force a stretch of " + file.getFileName());
        super.force(view, from, until, file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        before("force directory " + directory.getFileName());
        super.forceDirectory(directory);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        before("make directory " + directory.getFileName());
        super.makeDirectory(directory);
    }

    @Override
    public void link(Path file, Path link) throws IOException {
        before("link " + link.getFileName());
        super.link(file, link);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        before("rename " + to.getFileName());
        super.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        before("delete " + file.getFileName());
        super.delete(file);
    }

    @Override
    public void truncate(FileChannel channel, long length) throws IOException {
        before("truncate to " + length + " bytes");
        super.truncate(channel, length);
    }
}
