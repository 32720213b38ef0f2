package dev.lockstep.storage.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A frame reads as it was written, and its commands can be walked from anywhere. */
class FrameTest {
    private final Checksum checksum = new Checksum();
    private final Frame frame = new Frame();

    private Frame read(FrameEncoder encoder) {
        UnsafeBuffer copy = FrameSamples.copyOf(encoder);
        assertThat(frame.verify(checksum, copy, 0, copy.capacity())).isEqualTo(FrameDefect.NONE);
        return frame;
    }

    @ParameterizedTest
    @EnumSource
    void everyFieldOfEveryTypeReadsAsItWasWritten(FrameType type) {
        FrameEncoder encoder = FrameSamples.encoder()
                .start(type)
                .term(0x0102_0304_0506_0708L)
                .after(0x1112_1314_1516_1718L, 0x8182_8384)
                .clusterTimeNs(-5)
                .stateMachineVersion(0x2122_2324)
                .group(0xFFFE)
                .flags(0xFD);
        encoder.add(FrameSamples.command(10), 0, 10);
        encoder.seal();

        read(encoder);

        assertThat(frame.type()).isEqualTo(type);
        assertThat(frame.term()).isEqualTo(0x0102_0304_0506_0708L);
        assertThat(frame.firstIndex()).isEqualTo(0x1112_1314_1516_1719L);
        assertThat(frame.lastIndex()).isEqualTo(0x1112_1314_1516_1719L);
        assertThat(frame.previousCrc()).isEqualTo(0x8182_8384);
        assertThat(frame.clusterTimeNs()).isEqualTo(-5);
        assertThat(frame.stateMachineVersion()).isEqualTo(0x2122_2324);
        assertThat(frame.group()).isEqualTo(0xFFFE);
        assertThat(frame.flags()).isEqualTo(0xFD);
        assertThat(frame.commandCount()).isEqualTo(1);
        assertThat(frame.length()).isEqualTo(encoder.length());
        assertThat(frame.crc()).isEqualTo(encoder.crc());
        assertThat(frame.ref()).isEqualTo(new FrameRef(encoder.lastIndex(), frame.term(), encoder.crc()));
    }

    @Test
    void aFrameIsReadWhereItLiesAlsoInTheMiddleOfABuffer() {
        FrameEncoder encoder = FrameSamples.frameOf(7, 8);
        UnsafeBuffer around = new UnsafeBuffer(new byte[encoder.length() + 200]);
        around.setMemory(0, around.capacity(), (byte) 0xEE);
        around.putBytes(101, encoder.buffer(), 0, encoder.length());

        assertThat(frame.verify(checksum, around, 101, encoder.length() + 99)).isEqualTo(FrameDefect.NONE);

        assertThat(frame.offset()).isEqualTo(101);
        assertThat(frame.length()).isEqualTo(encoder.length());
        assertCommands(7, 8);
    }

    @Test
    void aFrameWithoutCommandsOccupiesOneIndex() {
        FrameEncoder encoder =
                FrameSamples.encoder().start(FrameType.NO_OP).term(1).after(41, 7);
        encoder.seal();

        read(encoder);

        assertThat(frame.length()).isEqualTo(Frame.HEADER_LENGTH);
        assertThat(frame.commandCount()).isZero();
        assertThat(frame.firstIndex()).isEqualTo(42);
        assertThat(frame.lastIndex()).isEqualTo(42);
        assertThat(frame.nextCommand()).isFalse();
    }

    @Test
    void aCommandMayBeEmpty() {
        read(FrameSamples.frameOf(0, 5, 0));

        assertThat(frame.lastIndex()).isEqualTo(3);
        assertCommands(0, 5, 0);
    }

    @Test
    void commandsOfEveryLengthModuloThePaddingAreReadWhole() {
        read(FrameSamples.frameOf(1, 2, 3, 4, 5, 6, 7, 8, 9));

        assertCommands(1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    private void assertCommands(int... lengths) {
        long index = frame.firstIndex();
        for (int length : lengths) {
            assertThat(frame.nextCommand()).isTrue();
            assertThat(frame.commandIndex()).isEqualTo(index++);
            assertThat(frame.commandLength()).isEqualTo(length);
            byte[] found = new byte[length];
            frame.buffer().getBytes(frame.commandOffset(), found);
            assertThat(found).isEqualTo(FrameSamples.command(length).byteArray());
        }
        assertThat(frame.nextCommand()).isFalse();
    }

    @Test
    void theCursorCanBePutBeforeAnyCommand() {
        read(FrameSamples.frameOf(11, 12, 13, 14));

        for (int index = 4; index >= 1; index--) {
            frame.moveBefore(index);
            assertThat(frame.nextCommand()).isTrue();
            assertThat(frame.commandIndex()).isEqualTo(index);
            assertThat(frame.commandLength()).isEqualTo(10 + index);
        }
    }

    @Test
    void theCursorStaysWhereItIsUntilItIsMoved() {
        read(FrameSamples.frameOf(11, 12, 13));
        frame.nextCommand();
        frame.nextCommand();
        int offset = frame.commandOffset();

        assertThat(frame.crc()).isEqualTo(frame.ref().crc());
        assertThat(frame.commandOffset()).isEqualTo(offset);
        assertThat(frame.commandIndex()).isEqualTo(2);
        assertThat(frame.nextCommand()).isTrue();
        assertThat(frame.commandIndex()).isEqualTo(3);
    }

    @Test
    void rewindingStartsBeforeTheFirstCommand() {
        read(FrameSamples.frameOf(11, 12));
        while (frame.nextCommand()) {
            assertThat(frame.commandIndex()).isPositive();
        }

        frame.rewind();

        assertCommands(11, 12);
    }

    @Test
    void aFrameFollowsTheOneThatItWasMadeFor() {
        FrameEncoder encoder =
                FrameSamples.encoder().start(FrameType.NO_OP).term(5).after(10, 0xABC);
        encoder.seal();
        read(encoder);

        assertThat(frame.follows(10, 5, 0xABC)).isEqualTo(FrameDefect.NONE);
        assertThat(frame.follows(10, 4, 0xABC)).isEqualTo(FrameDefect.NONE);
        assertThat(frame.follows(9, 5, 0xABC)).isEqualTo(FrameDefect.WRONG_INDEX);
        assertThat(frame.follows(11, 5, 0xABC)).isEqualTo(FrameDefect.WRONG_INDEX);
        assertThat(frame.follows(10, 6, 0xABC)).isEqualTo(FrameDefect.WRONG_TERM);
        assertThat(frame.follows(10, 5, 0xABD)).isEqualTo(FrameDefect.BROKEN_CHAIN);
    }
}
