package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.Disk;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kill leaves a prefix of the stores that binding the marks makes: each prefix is opened as the next start would. */
class MarksRebindTest {
    private static final BootId NOW = new BootId(0x1111, 0x2222);
    private static final BootId OTHER = new BootId(0x1111, 0x3333);

    @TempDir
    private Path directory;

    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(MarksPage.LENGTH));
    private final List<byte[]> afterEachStore = new ArrayList<>();

    /** What a start finds. */
    record Found(boolean sameBoot, long promised, long commit) {
        static final Found ANOTHER_BOOT = new Found(false, 0, 0);
    }

    @Test
    void aKillWhileNewMarksAreBoundLeavesAnotherBootOrBothValues() throws IOException {
        rebindTo(5, 3);
        assertEachPrefixIsOneOf(Found.ANOTHER_BOOT, new Found(true, 5, 3));
    }

    @Test
    void aKillWhileAnotherBootsMarksAreBoundLeavesAnotherBootOrBothValues() throws IOException {
        new MarksPage(memory).rebind(OTHER, 9, 7);
        rebindTo(5, 3);
        assertEachPrefixIsOneOf(Found.ANOTHER_BOOT, new Found(true, 5, 3));
    }

    @Test
    void aKillWhileThisBootsMarksAreBoundAnewLeavesAnotherBootOrBothValues() throws IOException {
        new MarksPage(memory).rebind(NOW, 9, 7);
        rebindTo(5, 3);
        assertEachPrefixIsOneOf(Found.ANOTHER_BOOT, new Found(true, 5, 3));
    }

    private void rebindTo(long promised, long commit) {
        new MarksPage(recording()).rebind(NOW, promised, commit);
    }

    private void assertEachPrefixIsOneOf(Found before, Found after) throws IOException {
        assertThat(afterEachStore).hasSizeGreaterThan(3);
        for (byte[] prefix : afterEachStore) {
            assertThat(startOn(prefix)).isIn(before, after);
        }
        assertThat(startOn(afterEachStore.get(afterEachStore.size() - 1))).isEqualTo(after);
    }

    private Found startOn(byte[] content) throws IOException {
        Files.write(directory.resolve("marks"), content);
        try (MappedMarks marks = MappedMarks.open(directory, NOW, Disk.system())) {
            return new Found(marks.sameBoot(), marks.promised(), marks.commit());
        }
    }

    /** The memory itself, with a copy taken after each store. */
    private AtomicBuffer recording() {
        return (AtomicBuffer) Proxy.newProxyInstance(
                AtomicBuffer.class.getClassLoader(),
                new Class<?>[] {AtomicBuffer.class},
                (proxy, method, arguments) -> {
                    Object result = method.invoke(memory, arguments);
                    if (method.getName().startsWith("put")) {
                        byte[] copy = new byte[MarksPage.LENGTH];
                        memory.getBytes(0, copy);
                        afterEachStore.add(copy);
                    }
                    return result;
                });
    }
}
