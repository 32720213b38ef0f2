package dev.lockstep.storage.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import org.junit.jupiter.api.Test;

/** What a frame takes, when it closes, and that its bytes follow from its content alone. */
class FrameEncoderTest {
    private static final int ROOM = FrameSamples.CLOSE_AT - Frame.HEADER_LENGTH;

    private final FrameEncoder encoder = FrameSamples.encoder();

    private void start() {
        encoder.start(FrameType.COMMANDS).term(1).after(0, 0);
    }

    private void add(int length) {
        encoder.add(FrameSamples.command(length), 0, length);
    }

    @Test
    void aFrameTakesCommandsUpToTheLengthAtWhichItCloses() {
        start();
        add(100);
        int left = ROOM - Frame.entryLength(100) - Frame.COMMAND_LENGTH_BYTES;

        assertThat(encoder.fits(left)).isTrue();
        assertThat(encoder.fits(left + 1)).isFalse();

        add(left);
        assertThat(encoder.length()).isEqualTo(FrameSamples.CLOSE_AT);
        assertThat(encoder.fits(0)).isFalse();
    }

    @Test
    void aCommandTooLongForASharedFrameMakesItsOwn() {
        start();
        assertThat(encoder.fits(FrameSamples.MAX_COMMAND)).isTrue();
        assertThat(encoder.fits(FrameSamples.MAX_COMMAND + 1)).isFalse();

        add(FrameSamples.MAX_COMMAND);
        encoder.seal();

        assertThat(encoder.length()).isEqualTo(Frame.lengthOfOne(FrameSamples.MAX_COMMAND));
        assertThat(encoder.fits(0)).isFalse();
        assertThat(new Frame().verify(new Checksum(), encoder.buffer(), 0, encoder.length()))
                .isEqualTo(FrameDefect.NONE);
    }

    @Test
    void aLongCommandDoesNotJoinAFrameThatHasOne() {
        start();
        add(1);
        assertThat(encoder.fits(FrameSamples.MAX_COMMAND)).isFalse();
    }

    @Test
    void aCommandThatDoesNotFitIsRefused() {
        start();
        add(ROOM - Frame.COMMAND_LENGTH_BYTES);
        assertThatThrownBy(() -> encoder.claim(0))
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("does not fit");
    }

    @Test
    void aCommandOfNegativeLengthIsRefused() {
        start();
        assertThatThrownBy(() -> encoder.claim(-1)).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void aFrameIsNotSealedWithoutItsIndex() {
        encoder.start(FrameType.NO_OP).term(1);
        assertThatThrownBy(encoder::seal)
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("without the index");
    }

    @Test
    void anEncoderTooSmallForAHeaderIsRefused() {
        assertThatThrownBy(() -> new FrameEncoder(Frame.HEADER_LENGTH - 1, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least " + Frame.HEADER_LENGTH);
    }

    @Test
    void lastIndexAndLengthGrowWithEveryCommand() {
        encoder.start(FrameType.COMMANDS).term(1).after(99, 0);
        assertThat(encoder.lastIndex()).isEqualTo(100);
        add(3);
        assertThat(encoder.lastIndex()).isEqualTo(100);
        add(5);
        assertThat(encoder.lastIndex()).isEqualTo(101);
        assertThat(encoder.commandCount()).isEqualTo(2);
        assertThat(encoder.length()).isEqualTo(Frame.HEADER_LENGTH + 8 + 12);
    }

    @Test
    void equalFramesAreEqualBytesWhateverTheBufferHeldBefore() {
        byte[] fresh = FrameSamples.bytesOf(FrameSamples.frameOf(1, 2, 3, 0, 5));
        for (int earlier : new int[] {FrameSamples.MAX_COMMAND, 1000, 61, 1}) {
            encoder.start(FrameType.CONFIG)
                    .term(9)
                    .after(77, -1)
                    .clusterTimeNs(-1)
                    .stateMachineVersion(-1)
                    .group(0xFFFF)
                    .flags(0xFF);
            int at = encoder.claim(earlier);
            encoder.buffer().setMemory(at, earlier, (byte) 0xFF);
            encoder.seal();

            encoder.start(FrameType.COMMANDS).term(3).after(0, 0);
            for (int length : new int[] {1, 2, 3, 0, 5}) {
                add(length);
            }
            encoder.seal();

            assertThat(FrameSamples.bytesOf(encoder)).isEqualTo(fresh);
        }
    }

    @Test
    void thePaddingBehindACommandIsZero() {
        start();
        encoder.buffer().setMemory(Frame.HEADER_LENGTH, 64, (byte) 0x55);
        encoder.buffer().putByte(encoder.claim(1), (byte) 0xFF);
        encoder.seal();

        byte[] bytes = FrameSamples.bytesOf(encoder);
        assertThat(bytes[bytes.length - 4]).isEqualTo((byte) 0xFF);
        assertThat(bytes).endsWith(0, 0, 0);
    }
}
