package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ReplyLogTest {
    @Test
    void lengthsThatAnIntDoesNotCountAreRefused() {
        assertThatThrownBy(() -> new ReplyLog(100, Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the longest reply takes 2147483672 bytes");
        assertThatThrownBy(() -> new ReplyLog(Integer.MAX_VALUE, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one buffer holds 1073741824 for both");
    }
}
