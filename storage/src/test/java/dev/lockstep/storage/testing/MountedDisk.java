package dev.lockstep.storage.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A small file system of its own, made for a test and gone after it. Needs root. */
public final class MountedDisk implements AutoCloseable {
    /** What it is made of. */
    public enum Kind {
        TMPFS,
        EXT4
    }

    private final Path mountPoint;

    private MountedDisk(Path mountPoint) {
        this.mountPoint = mountPoint;
    }

    public static MountedDisk mount(Kind kind, Path temporary, int megabytes) {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may mount a file system");
        Path mountPoint = temporary.resolve("mounted");
        try {
            Files.createDirectories(mountPoint);
            if (kind == Kind.TMPFS) {
                run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", mountPoint.toString());
            } else {
                Path image = temporary.resolve("ext4.image");
                try (FileChannel file =
                        FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    file.write(java.nio.ByteBuffer.allocate(1), ((long) megabytes << 20) - 1);
                }
                run("mkfs.ext4", "-q", "-F", image.toString());
                run("mount", "-o", "loop", image.toString(), mountPoint.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new MountedDisk(mountPoint);
    }

    public Path path() {
        return mountPoint;
    }

    @Override
    public void close() {
        run("umount", mountPoint.toString());
    }

    private static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(List.of(command) + " failed: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
