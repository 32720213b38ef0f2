package dev.lockstep.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalTest {
    @TempDir
    private Path directory;

    private static String why(ThrowingCallable refused) {
        return Refusal.why(catchThrowable(refused));
    }

    @Test
    void whatThePlatformSaysByItsClassAloneIsSaidInWords() throws IOException {
        Path missing = directory.resolve("missing");
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(why(() -> FileChannel.open(missing))).isEqualTo(missing + " does not exist");
        assertThat(why(() -> Files.createFile(file))).isEqualTo(file + " is there already");
        assertThat(why(() -> Files.list(file))).isEqualTo(file + " is not a directory");
        assertThat(why(() -> Files.delete(directory))).isEqualTo(directory + " is a directory that is not empty");
        assertThat(Refusal.why(new AccessDeniedException("/some/file")))
                .isEqualTo("this user has no permission for /some/file");
    }

    @Test
    void whatThePlatformSaysInWordsIsKept() {
        Path long256 = directory.resolve("x".repeat(256));

        assertThat(why(() -> Files.createFile(long256))).contains("File name too long");
        assertThat(Refusal.why(new IOException("Input/output error"))).isEqualTo("Input/output error");
        assertThat(Refusal.why(new UncheckedIOException(new IOException("No space left on device"))))
                .isEqualTo("No space left on device");
    }

    @Test
    void whatThePlatformHasNoWordsForIsNeverNull() throws IOException {
        FileChannel closed =
                FileChannel.open(directory.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        closed.close();

        assertThat(why(() -> closed.write(ByteBuffer.allocate(1)))).isEqualTo("the file was closed meanwhile");
        assertThat(Refusal.why(new NullPointerException())).isEqualTo("java.lang.NullPointerException");
    }
}
