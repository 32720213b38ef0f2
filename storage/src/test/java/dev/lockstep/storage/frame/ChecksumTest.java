package dev.lockstep.storage.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checksum is that of the JDK, wherever the bytes lie. */
class ChecksumTest {
    private static final int LENGTH = 10_000;

    private final byte[] bytes = FrameSamples.randomBytes(new Random(4711), LENGTH);
    private final Checksum checksum = new Checksum();

    @TempDir
    private Path directory;

    @Test
    void itIsTheSameOverAnArray() {
        assertThatItIsThatOfTheJdk(new UnsafeBuffer(bytes), 0);
    }

    @Test
    void itIsTheSameOverAPartOfAnArray() {
        assertThatItIsThatOfTheJdk(new UnsafeBuffer(bytes, 77, 5000), 77);
    }

    @Test
    void itIsTheSameOverAHeapByteBuffer() {
        assertThatItIsThatOfTheJdk(new UnsafeBuffer(ByteBuffer.wrap(bytes)), 0);
        assertThatItIsThatOfTheJdk(
                new UnsafeBuffer(ByteBuffer.wrap(bytes, 100, 5000).slice()), 100);
        assertThatItIsThatOfTheJdk(new UnsafeBuffer(ByteBuffer.wrap(bytes).asReadOnlyBuffer()), 0);
    }

    @Test
    void itIsTheSameOverADirectByteBuffer() {
        assertThatItIsThatOfTheJdk(new UnsafeBuffer(direct()), 0);
    }

    @Test
    void itIsTheSameOverAPartOfADirectByteBuffer() {
        assertThatItIsThatOfTheJdk(new UnsafeBuffer(direct(), 333, 5000), 333);
    }

    @Test
    void itIsTheSameOverASliceOfADirectByteBuffer() {
        assertThatItIsThatOfTheJdk(new UnsafeBuffer(direct().position(50).slice()), 50);
        assertThatItIsThatOfTheJdk(new UnsafeBuffer(direct().position(50).slice(), 25, 5000), 75);
    }

    @Test
    void itIsTheSameOverAByteBufferWithItsOwnPositionAndLimit() {
        ByteBuffer elsewhere = direct().position(9000).limit(9500);
        assertThatItIsThatOfTheJdk(new UnsafeBuffer(elsewhere, 0, LENGTH), 0);
    }

    @Test
    void itIsTheSameOverAWindowIntoAnotherBuffer() {
        UnsafeBuffer whole = new UnsafeBuffer(direct());
        assertThatItIsThatOfTheJdk(new UnsafeBuffer(whole, 1234, 5000), 1234);
    }

    @Test
    void itIsTheSameOverABareAddress() {
        ByteBuffer memory = direct();
        UnsafeBuffer bare = new UnsafeBuffer(BufferUtil.address(memory), LENGTH);
        assertThat(bare.byteBuffer()).isNull();
        assertThatItIsThatOfTheJdk(bare, 0);
        assertThat(memory.capacity()).isEqualTo(LENGTH); // holds the memory until here
    }

    @Test
    void itIsTheSameOverAMappedFile() throws IOException {
        Path file = Files.write(directory.resolve("mapped"), bytes);
        try (FileChannel channel = FileChannel.open(file)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, LENGTH);
            assertThatItIsThatOfTheJdk(new UnsafeBuffer(mapped), 0);
            checksum.forget();
            BufferUtil.free(mapped);
        }
    }

    @Test
    void itIsTheSameOverBuffersThatGrow() {
        ExpandableDirectByteBuffer direct = new ExpandableDirectByteBuffer(16);
        direct.putBytes(0, bytes, 0, 10);
        assertThat(checksum.compute(direct, 0, 10)).isEqualTo(expected(0, 10));
        direct.putBytes(0, bytes);
        assertThat(checksum.compute(direct, 0, LENGTH)).isEqualTo(expected(0, LENGTH));
        ExpandableArrayBuffer array = new ExpandableArrayBuffer();
        array.putBytes(0, bytes);
        assertThat(checksum.compute(array, 0, LENGTH)).isEqualTo(expected(0, LENGTH));
    }

    @Test
    void itIsTheSameOverOneBufferAfterAnother() {
        UnsafeBuffer first = new UnsafeBuffer(direct());
        UnsafeBuffer second = new UnsafeBuffer(direct());
        second.putByte(0, (byte) ~bytes[0]);
        for (int i = 0; i < 3; i++) {
            assertThat(checksum.compute(first, 0, LENGTH)).isEqualTo(expected(0, LENGTH));
            assertThat(checksum.compute(second, 0, LENGTH)).isNotEqualTo(expected(0, LENGTH));
        }
        checksum.forget();
        assertThat(checksum.compute(first, 0, LENGTH)).isEqualTo(expected(0, LENGTH));
    }

    @Test
    void bytesBeyondTheBufferAreRefused() {
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        assertThatThrownBy(() -> checksum.compute(buffer, 1, LENGTH)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> checksum.compute(buffer, -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private ByteBuffer direct() {
        return ByteBuffer.allocateDirect(LENGTH).put(bytes).clear();
    }

    private void assertThatItIsThatOfTheJdk(DirectBuffer buffer, int startInBytes) {
        Random random = new Random(4712);
        for (int i = 0; i < 200; i++) {
            int offset = random.nextInt(buffer.capacity());
            int length = random.nextInt(buffer.capacity() - offset + 1);
            assertThat(checksum.compute(buffer, offset, length))
                    .as("%s bytes at %s", length, offset)
                    .isEqualTo(expected(startInBytes + offset, length));
        }
        assertThat(checksum.compute(buffer, 0, buffer.capacity())).isEqualTo(expected(startInBytes, buffer.capacity()));
    }

    private int expected(int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
