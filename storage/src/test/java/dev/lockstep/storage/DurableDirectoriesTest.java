package dev.lockstep.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableDirectoriesTest {
    @TempDir
    private Path temporary;

    private final List<Path> forced = new ArrayList<>();
    private Path root;

    @BeforeEach
    void followLinks() throws IOException {
        root = temporary.toRealPath();
    }

    @Test
    void eachDirectoryMadeIsForcedInItsParentBeforeTheNextOneIsMade() throws IOException {
        DurableDirectories.create(root.resolve("one/two"), recording());

        assertThat(forced).containsExactly(root.getParent(), root, root.resolve("one"));
        assertThat(root.resolve("one/two")).isDirectory();
    }

    @Test
    void oneThatAnEarlierStartMadeAndDidNotLiveToForceIsForcedNow() throws IOException {
        DurableDirectories.create(root, recording());

        assertThat(forced).containsExactly(root.getParent());
    }

    @Test
    void aDeviceThatRefusesIsReported() {
        Disk refusing = disk(directory -> {
            throw new IOException("refused " + directory);
        });
        assertThatThrownBy(() -> DirectoryLock.acquire(root.resolve("one"), refusing))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("refused");
        assertThat(root.resolve("one/lock")).doesNotExist();
    }

    private Disk recording() {
        return disk(directory -> {
            assertThat(directory.resolve("one/two")).doesNotExist();
            forced.add(directory);
        });
    }

    private interface OnForceDirectory {
        void accept(Path directory) throws IOException;
    }

    private static Disk disk(OnForceDirectory onForceDirectory) {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    Path directory = (Path) arguments[0];
                    if (method.getName().equals("makeDirectory")) {
                        Disk.system().makeDirectory(directory);
                    } else {
                        assertThat(method.getName()).isEqualTo("forceDirectory");
                        onForceDirectory.accept(directory);
                    }
                    return null;
                });
    }
}
