package dev.lockstep.storage.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.testing.FrameMaker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameCopyTest {
    private static final int OTHER_CRC = 4711;
    private static final int COMMANDS = 5;

    private final FrameMaker maker = new FrameMaker().term(7).next(3, 10).next(COMMANDS, 13);
    private final Frame source = new Frame().wrap(maker.buffer(), 0);
    private final FrameCopy copier = new FrameCopy();

    private static void assertSound(Frame copy) {
        assertThat(new Frame().verify(new Checksum(), copy.buffer(), copy.offset(), copy.length()))
                .isEqualTo(FrameDefect.NONE);
    }

    @Test
    void aCopyIsTheSameButForWhatItFollows() {
        Frame copy = copier.copy(source, source.lastIndex(), OTHER_CRC);
        assertSound(copy);
        assertThat(copy.follows(3, 7, OTHER_CRC)).isEqualTo(FrameDefect.NONE);
        assertThat(copy.crc()).isNotEqualTo(source.crc());
        Frame again = new FrameCopy().copy(copy, copy.lastIndex(), source.previousCrc());
        assertThat(again.ref()).as("the very same frame").isEqualTo(source.ref());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5})
    void aCopyThatIsCutHasTheFirstCommandsAsTheyWere(int kept) {
        Frame copy = copier.copy(source, 3 + kept, OTHER_CRC);
        assertSound(copy);
        assertThat(copy.lastIndex()).isEqualTo(3 + kept);
        assertThat(copy.commandCount()).isEqualTo(kept);
        assertThat(copy.term()).isEqualTo(7);
        assertThat(copy.clusterTimeNs()).isEqualTo(source.clusterTimeNs());
        source.rewind();
        for (int i = 0; i < kept; i++) {
            assertThat(copy.nextCommand()).isTrue();
            assertThat(source.nextCommand()).isTrue();
            byte[] found = new byte[copy.commandLength()];
            byte[] expected = new byte[source.commandLength()];
            copy.buffer().getBytes(copy.commandOffset(), found);
            source.buffer().getBytes(source.commandOffset(), expected);
            assertThat(found).isEqualTo(expected);
        }
        assertThat(copy.nextCommand()).isFalse();
    }

    @Test
    void aFrameWithoutCommandsIsCopiedWhole() {
        Frame empty = new Frame().wrap(maker.next(0, 0).buffer(), 0);
        Frame copy = copier.copy(empty, empty.lastIndex(), OTHER_CRC);
        assertSound(copy);
        assertThat(copy.commandCount()).isZero();
    }

    @Test
    void aFrameIsNotCutOutsideOfItself() {
        assertThatThrownBy(() -> copier.copy(source, 3, OTHER_CRC)).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> copier.copy(source, 9, OTHER_CRC)).isInstanceOf(Invariant.Violation.class);
    }
}
