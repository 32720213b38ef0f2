package dev.lockstep.storage.orphans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.FaultyDisk.Operation;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileOrphanStoreTest extends OrphanStoreContract {
    private static final int FRAME_LENGTH = Frame.lengthOfOne(100);

    @TempDir
    private Path node;

    private final FaultyDisk disk = new FaultyDisk();
    private final FrameMaker maker = new FrameMaker();

    @Override
    protected OrphanStore open() {
        return FileOrphanStore.open(orphans(), disk);
    }

    private Path orphans() {
        return node.resolve("orphans");
    }

    @Override
    protected List<byte[]> framesOf(String name) {
        List<byte[]> frames = new ArrayList<>();
        OrphanedFrames found = OrphanedFrames.read(orphans().resolve(name), frame -> {
            byte[] bytes = new byte[frame.length()];
            frame.buffer().getBytes(frame.offset(), bytes);
            frames.add(bytes);
        });
        assertThat(found.isWhole()).as("%s", found).isTrue();
        assertThat(found.frameCount()).isEqualTo(frames.size());
        return frames;
    }

    private List<FrameRef> refsOf(String name) {
        List<FrameRef> refs = new ArrayList<>();
        OrphanedFrames found = OrphanedFrames.read(orphans().resolve(name), frame -> refs.add(frame.ref()));
        assertThat(found.isWhole()).as("%s", found).isTrue();
        return refs;
    }

    private FrameRef keepNext(OrphanStore store) {
        maker.next(1, 100);
        keepAgain(store);
        return maker.ref();
    }

    private void keepAgain(OrphanStore store) {
        store.keep(new Frame().wrap(maker.buffer(), 0));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(orphans())) {
            return files.toList();
        }
    }

    @Test
    void nothingIsMadeBeforeThereIsAFrameToKeep() {
        try (OrphanStore store = open()) {
            store.seal();
        }
        assertThat(orphans()).doesNotExist();
        assertThat(disk.trace()).isEmpty();
    }

    @Test
    void aFilesNameTellsTheFirstIndexAndItsTerm() {
        maker.after(new FrameRef(7, 2, 0x1234)).term(5);
        try (OrphanStore store = open()) {
            keepNext(store);
            keepNext(store);
            assertThat(store.seal()).isEqualTo("orphans-0000000000000000008-term-5-1");
        }
    }

    @Test
    void aBatchIsForcedAndItsNameTooBeforeItsSealReturns() {
        try (OrphanStore store = open()) {
            keepNext(store);
            int before = disk.count();
            String name = store.seal();
            assertThat(disk.trace().subList(before, disk.count()))
                    .containsExactly("FORCE " + name, "FORCE_DIRECTORY orphans");
        }
    }

    @Test
    void theDirectoryIsDurableBeforeAFrameIsInIt() {
        try (OrphanStore store = open()) {
            keepNext(store);
            String parent = "FORCE_DIRECTORY " + node.getFileName();
            assertThat(disk.trace()).endsWith("MAKE_DIRECTORY orphans", parent, "WRITE");
        }
    }

    @Test
    void whenAFullDiskHasRoomAgainTheSameFrameIsKept() {
        try (OrphanStore store = open()) {
            FrameRef first = keepNext(store);
            disk.fillUpTo(FRAME_LENGTH / 2);
            assertThatThrownBy(() -> keepNext(store))
                    .isInstanceOf(StorageException.DiskFull.class)
                    .hasMessageContaining(orphans().toString())
                    .hasMessageContaining("frame 2..2 term 1")
                    .hasMessageContaining("make room");
            disk.fillUpTo(Long.MAX_VALUE);
            keepAgain(store);
            assertThat(refsOf(store.seal())).containsExactly(first, maker.ref());
        }
    }

    @Test
    void whatAFullDiskHasTornIsNotInTheBatchThatIsSealed() {
        try (OrphanStore store = open()) {
            FrameRef first = keepNext(store);
            disk.fillUpTo(FRAME_LENGTH / 2);
            assertThatThrownBy(() -> keepNext(store)).isInstanceOf(StorageException.DiskFull.class);
            assertThat(refsOf(store.seal())).containsExactly(first);
        }
    }

    @Test
    void aBatchWithoutRoomForItsFirstFrameIsNone() throws IOException {
        try (OrphanStore store = open()) {
            disk.fillUpTo(10);
            assertThatThrownBy(() -> keepNext(store)).isInstanceOf(StorageException.DiskFull.class);
            assertThat(store.seal()).isNull();
            assertThat(files()).isEmpty();
            disk.fillUpTo(Long.MAX_VALUE);
            keepAgain(store);
            assertThat(refsOf(store.seal())).containsExactly(maker.ref());
        }
    }

    @Test
    void aFullDiskIsRecognisedInAnyLanguage() {
        try (OrphanStore store = open()) {
            keepNext(store);
            disk.failAt(Operation.WRITE, 2, new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar"));
            disk.fillUpTo(0);
            assertThatThrownBy(() -> keepNext(store)).isInstanceOf(StorageException.DiskFull.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE", "FORCE", "FORCE_DIRECTORY"})
    void afterADeviceHasRefusedNothingMoreIsKept(Operation refused) {
        try (OrphanStore store = open()) {
            keepNext(store);
            IOException said = new IOException("input/output error");
            disk.failAt(refused, disk.count(refused) + 1, said);
            assertThatThrownBy(() -> {
                        keepNext(store);
                        store.seal();
                    })
                    .isInstanceOf(StorageException.ForceFailed.class)
                    .hasMessageContaining(orphans().toString())
                    .hasCause(said);
            int before = disk.count();
            assertThatThrownBy(() -> keepNext(store))
                    .isInstanceOf(StorageException.ForceFailed.class)
                    .hasMessageContaining("earlier write")
                    .hasCause(said);
            assertThatThrownBy(store::seal).isInstanceOf(StorageException.ForceFailed.class);
            assertThat(disk.count()).isEqualTo(before);
        }
    }
}
