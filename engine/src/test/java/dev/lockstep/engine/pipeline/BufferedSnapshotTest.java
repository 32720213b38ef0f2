package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BufferedSnapshotTest {
    private static final int PIECES = 5_000;

    private final MemoryBytes bytes = new MemoryBytes();

    /** Puts pieces of all kinds, some longer than any buffer. */
    private static void put(SnapshotOutput out) {
        SplittableRandom random = new SplittableRandom(4);
        for (int piece = 0; piece < PIECES; piece++) {
            switch (random.nextInt(4)) {
                case 0 -> out.putByte((byte) random.nextInt());
                case 1 -> out.putInt(random.nextInt());
                case 2 -> out.putLong(random.nextLong());
                default -> out.putBytes(new UnsafeBuffer(some(random)), 2, random.nextInt(100));
            }
        }
    }

    private static void checkIn(SnapshotInput in) {
        SplittableRandom random = new SplittableRandom(4);
        for (int piece = 0; piece < PIECES; piece++) {
            assertThat(in.isAtEnd()).isFalse();
            switch (random.nextInt(4)) {
                case 0 -> assertThat(in.getByte()).isEqualTo((byte) random.nextInt());
                case 1 -> assertThat(in.getInt()).isEqualTo(random.nextInt());
                case 2 -> assertThat(in.getLong()).isEqualTo(random.nextLong());
                default -> {
                    UnsafeBuffer expected = new UnsafeBuffer(some(random));
                    int length = random.nextInt(100);
                    UnsafeBuffer read = new UnsafeBuffer(new byte[102]);
                    in.getBytes(read, 2, length);
                    for (int i = 2; i < 2 + length; i++) {
                        assertThat(read.getByte(i)).isEqualTo(expected.getByte(i));
                    }
                }
            }
        }
        assertThat(in.isAtEnd()).isTrue();
    }

    private static byte[] some(SplittableRandom random) {
        byte[] some = new byte[102];
        random.split().nextBytes(some);
        return some;
    }

    @ParameterizedTest
    @CsvSource({"8, 1, 8", "8, 3, 17", "13, 1000, 9", "64, 7, 64", "65536, 65536, 65536", "200000, 5, 8"})
    void whatIsPutComesBackInOrderWhateverTheBuffers(int outputBytes, int part, int inputBytes) {
        BufferedSnapshotOutput out = bytes.output(outputBytes);
        put(out);
        out.putByte((byte) 0);
        out.flush();
        out.flush();
        byte[] all = bytes.toByteArray();
        byte[] withoutLast = java.util.Arrays.copyOf(all, all.length - 1);
        checkIn(MemoryBytes.input(withoutLast, part, inputBytes));
    }

    @Test
    void numbersAreLittleEndian() {
        BufferedSnapshotOutput out = bytes.output(8);
        out.putInt(0x04030201);
        out.putLong(0x0807060504030201L);
        out.putByte((byte) 9);
        out.flush();
        assertThat(bytes.toByteArray()).containsExactly(1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void whoReadsMoreThanWasPutIsTold() {
        BufferedSnapshotOutput out = bytes.output(8);
        out.putInt(7);
        out.putByte((byte) 1);
        out.flush();
        SnapshotInput in = bytes.input(8);
        assertThat(in.version()).isEqualTo(3);
        assertThatThrownBy(in::getLong)
                .isInstanceOf(EngineException.BadSnapshot.class)
                .hasMessageContaining("8 bytes are asked for, and 5 are left");
        UnsafeBuffer into = new UnsafeBuffer(new byte[100]);
        assertThatThrownBy(() -> bytes.input(8).getBytes(into, 0, 100)).isInstanceOf(EngineException.BadSnapshot.class);
        assertThatThrownBy(() -> new MemoryBytes().input(8).getByte()).isInstanceOf(EngineException.BadSnapshot.class);
        assertThat(in.getInt()).isEqualTo(7);
        assertThat(in.isAtEnd()).isFalse();
        assertThat(in.getByte()).isEqualTo((byte) 1);
        assertThat(in.isAtEnd()).isTrue();
        assertThatThrownBy(in::getInt).isInstanceOf(EngineException.BadSnapshot.class);
    }

    @Test
    void bytesThatAreNotThereAreNeitherPutNorGiven() {
        BufferedSnapshotOutput out = bytes.output(8);
        UnsafeBuffer four = new UnsafeBuffer(new byte[4]);
        assertThatThrownBy(() -> out.putBytes(four, 0, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> out.putBytes(four, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        out.putLong(5);
        out.flush();
        SnapshotInput in = bytes.input(8);
        assertThatThrownBy(() -> in.getBytes(four, 0, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> in.getBytes(four, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(in.getLong()).isEqualTo(5);
    }
}
