package dev.lockstep.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DirectoryLockTest {
    @TempDir
    private Path directory;

    private DirectoryLock held;
    private Process child;

    @AfterEach
    void letGo() throws InterruptedException {
        if (held != null) {
            held.close();
        }
        if (child != null) {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void theSecondOpenerOfTheSameProcessIsToldWhoHoldsTheDirectory() {
        held = DirectoryLock.acquire(directory);
        assertThatThrownBy(() -> DirectoryLock.acquire(directory))
                .isInstanceOf(StorageException.InUse.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("process " + ProcessHandle.current().pid());
    }

    @Test
    void theSecondOpenerInAnotherProcessIsToldWhoHoldsTheDirectory() throws IOException {
        held = DirectoryLock.acquire(directory);
        assertThat(whatAnotherProcessGets())
                .contains("in use by process " + ProcessHandle.current().pid());
    }

    @Test
    void aDirectoryHeldByAnotherProcessIsRefusedUntilThatOneLetsGo() throws Exception {
        assertThat(whatAnotherProcessGets()).isEqualTo(LockingProcess.HELD);

        assertThatThrownBy(() -> DirectoryLock.acquire(directory))
                .isInstanceOf(StorageException.InUse.class)
                .hasMessageContaining("process " + child.pid());
        assertThat(DirectoryLock.holder(directory))
                .hasValueSatisfying(holder -> assertThat(holder).contains("process " + child.pid()));

        child.getOutputStream().close();
        child.waitFor();
        DirectoryLock.acquire(directory).close();
    }

    @Test
    void aKilledHolderLeavesNothingThatStopsTheNextStart() throws Exception {
        assertThat(whatAnotherProcessGets()).isEqualTo(LockingProcess.HELD);

        child.destroyForcibly().waitFor();

        assertThat(DirectoryLock.holder(directory)).isEmpty();
        DirectoryLock.acquire(directory).close();
    }

    @Test
    void refusingTheSecondOpenerDoesNotLoseTheLock() throws IOException {
        held = DirectoryLock.acquire(directory);
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(() -> DirectoryLock.acquire(directory)).isInstanceOf(StorageException.InUse.class);
        }
        assertThat(whatAnotherProcessGets()).contains("in use by");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void howeverOftenItIsRefusedAProcessKeepsOneDescriptorForTheNextAttempt() throws IOException {
        held = DirectoryLock.acquire(directory);
        for (int attempt = 0; attempt < 10; attempt++) {
            assertThatThrownBy(() -> DirectoryLock.acquire(directory)).isInstanceOf(StorageException.InUse.class);
        }
        assertThat(descriptorsOf(directory.resolve("lock"))).isEqualTo(2);
        held.close();
        held = DirectoryLock.acquire(directory);
        assertThat(descriptorsOf(directory.resolve("lock"))).isEqualTo(1);
    }

    private static int descriptorsOf(Path file) throws IOException {
        int found = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.exists(descriptor) && Files.isSameFile(descriptor, file)) {
                    found++;
                }
            }
        }
        return found;
    }

    @Test
    void refusingAnotherClassLoaderOfTheSameProcessDoesNotLoseTheLock() throws Exception {
        URL[] classes = {
            DirectoryLock.class.getProtectionDomain().getCodeSource().getLocation()
        };
        held = DirectoryLock.acquire(directory);
        try (URLClassLoader stranger = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
            Method acquire = stranger.loadClass(DirectoryLock.class.getName()).getMethod("acquire", Path.class);
            assertThat(acquire.getDeclaringClass()).isNotSameAs(DirectoryLock.class);
            assertThatThrownBy(() -> acquire.invoke(null, directory))
                    .rootCause()
                    .hasMessageContaining("in use by process");
            assertThat(whatAnotherProcessGets()).contains("in use by");
        }
    }

    @Test
    void askingWhoHoldsTheDirectoryDoesNotLoseTheLock() throws IOException {
        held = DirectoryLock.acquire(directory);
        assertThat(DirectoryLock.holder(directory)).isPresent();
        assertThat(whatAnotherProcessGets()).contains("in use by");
    }

    @Test
    void theDirectoryIsTheSameByAnotherPath() throws IOException {
        Path real = directory.resolve("real");
        held = DirectoryLock.acquire(real);
        Path alias = Files.createSymbolicLink(directory.resolve("alias"), real);
        assertThatThrownBy(() -> DirectoryLock.acquire(alias)).isInstanceOf(StorageException.InUse.class);
        assertThatThrownBy(() -> DirectoryLock.acquire(real.resolve("../real")))
                .isInstanceOf(StorageException.InUse.class);
        assertThat(whatAnotherProcessGets(real)).contains("in use by");
        assertThat(whatAnotherProcessGets(alias)).contains("in use by");
    }

    @Test
    void aDirectoryLetGoCanBeTakenAgainAlsoByOneWhoWasRefused() throws IOException {
        DirectoryLock first = DirectoryLock.acquire(directory);
        assertThatThrownBy(() -> DirectoryLock.acquire(directory)).isInstanceOf(StorageException.InUse.class);
        first.close();

        held = DirectoryLock.acquire(directory);
        assertThat(whatAnotherProcessGets()).contains("in use by");
    }

    @Test
    void closingTwiceDoesNotLetTheNextHoldersLockGo() throws IOException {
        DirectoryLock first = DirectoryLock.acquire(directory);
        first.close();
        held = DirectoryLock.acquire(directory);
        first.close();
        assertThat(DirectoryLock.holder(directory)).isPresent();
        assertThat(whatAnotherProcessGets()).contains("in use by");
    }

    @Test
    void nobodyHoldsADirectoryThatWasLetGoOrNeverTaken() {
        assertThat(DirectoryLock.holder(directory)).isEmpty();
        DirectoryLock.acquire(directory).close();
        assertThat(DirectoryLock.holder(directory)).isEmpty();
        assertThat(DirectoryLock.holder(directory.resolve("missing"))).isEmpty();
    }

    @Test
    void theLockFileIsNeverReplacedAndTheHolderIsWrittenOverInPlace() throws IOException {
        DirectoryLock.acquire(directory).close();
        Object lockFile = Files.getAttribute(directory.resolve("lock"), "fileKey");
        Object holderFile = Files.getAttribute(directory.resolve("lock.holder"), "fileKey");
        long holderBytes = Files.size(directory.resolve("lock.holder"));

        DirectoryLock.acquire(directory).close();

        assertThat(Files.getAttribute(directory.resolve("lock"), "fileKey")).isEqualTo(lockFile);
        assertThat(Files.getAttribute(directory.resolve("lock.holder"), "fileKey"))
                .isEqualTo(holderFile);
        assertThat(Files.size(directory.resolve("lock.holder"))).isEqualTo(holderBytes);
    }

    @Test
    void aMissingDirectoryIsMade() {
        Path deep = directory.resolve("one/two/three");
        DirectoryLock.acquire(deep).close();
        assertThat(deep).isDirectory();
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsRefusedByName() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> DirectoryLock.acquire(file))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("must be a directory");
    }

    private String whatAnotherProcessGets() throws IOException {
        return whatAnotherProcessGets(directory);
    }

    private String whatAnotherProcessGets(Path taken) throws IOException {
        child = ChildJvm.start(LockingProcess.class, taken.toString());
        BufferedReader said = child.inputReader();
        return said.readLine();
    }
}
