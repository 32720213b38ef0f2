package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Safety line 29, wherever the damage is met: what is put aside begins where the log can no longer be read. */
final class SafetyOfDamageTest {
    private final ScriptedCluster c = ScriptedCluster.of(3);

    /** A frame of several commands. */
    private void propose(int commands) {
        FrameEncoder encoder = new FrameEncoder(1024, 256);
        c.act(1, replica -> {
            encoder.start(FrameType.COMMANDS);
            for (int i = 0; i < commands; i++) {
                encoder.add(new UnsafeBuffer(new byte[8]), 0, 8);
            }
            assertThat(replica.propose(encoder)).isPositive();
        });
        c.settle();
    }

    /** @return the last frame before two of four and three commands, and one more, which all hold */
    private FrameRef reign() {
        c.reign(1, 2, 3);
        FrameRef before = c.last(1);
        propose(4);
        propose(3);
        propose(1);
        c.flushAll();
        return before;
    }

    private void damage(long index) {
        LogContent content = c.disk(3).files().journal().content();
        int place = content.placeOf(index);
        content.replace(place, content.at(place).withFlippedBit(700));
    }

    /** Node 3 meets damage, and has room to put it aside only later if the script says so. */
    private void meet(long index, boolean isFullAtFirst) {
        c.hold(1, 3);
        c.disk(3).device().logFull(isFullAtFirst);
        c.act(3, replica -> replica.onDamage(index));
        c.disk(3).device().logFull(false);
        c.turn(3);
    }

    private void checkThatItRecoversBehind(FrameRef sound) {
        assertThat(c.last(3)).isEqualTo(sound);
        assertThat(c.disk(3).files().journal().asides()).isEqualTo(1);
        assertThat(c.replica(3).isRecovering()).isTrue();
        c.release(1, 3);
        c.settle();
        c.flush(3);
        c.settle();
        assertThat(c.replica(3).isRecovering()).isFalse();
        assertThat(c.last(3)).isEqualTo(c.last(1));
        c.checkOneHistory();
    }

    /** Whoever applies has come into the midst of a frame when it can read it no more. */
    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "2, false", "3, false", "2, true"})
    void whatIsPutAsideBeginsWithTheFrameThatHoldsTheDamage(int commandsBefore, boolean isFullAtFirst) {
        FrameRef before = reign();
        damage(before.index() + 1);
        meet(before.index() + 1 + commandsBefore, isFullAtFirst);
        checkThatItRecoversBehind(before);
    }

    /** Somebody looked a frame up, and those before it are damaged as well. */
    @Test
    void damageRightBeforeTheDamageThatIsMetIsPutAsideWithIt() {
        FrameRef before = reign();
        damage(before.index() + 1);
        damage(before.index() + 5);
        meet(before.index() + 6, false);
        checkThatItRecoversBehind(before);
    }

    /** It was put aside as unreadable, and could be read after all: what is fetched is the same. */
    @Test
    void aFrameThatIsSoundIsPutAsideAsAWholeToo() {
        FrameRef before = reign();
        meet(before.index() + 3, false);
        checkThatItRecoversBehind(before);
    }
}
