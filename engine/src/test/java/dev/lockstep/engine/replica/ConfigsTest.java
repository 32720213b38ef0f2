package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ConfigsTest {
    private static final Config FIRST = ConfigTest.ofVoters(3);
    private static final Config SECOND = ConfigTest.ofVoters(4);
    private static final Config THIRD = ConfigTest.ofVoters(5);

    private final Configs configs = new Configs();

    @BeforeEach
    void begin() {
        configs.begin(1, FIRST);
    }

    @Test
    void theNewestIsInForceFromWhenItIsAppended() {
        assertThat(configs.current()).isEqualTo(FIRST);
        configs.onAppended(10, SECOND);
        assertThat(configs.current()).isEqualTo(SECOND);
        assertThat(configs.currentIndex()).isEqualTo(10);
        assertThat(configs.isOneUncommitted(9)).isTrue();
        assertThat(configs.isOneUncommitted(10)).isFalse();
    }

    @Test
    void whatIsCutIsUndone() {
        configs.onAppended(10, SECOND);
        configs.onAppended(20, THIRD);
        configs.onCut(21);
        assertThat(configs.current()).isEqualTo(THIRD);
        configs.onCut(20);
        assertThat(configs.current()).isEqualTo(SECOND);
        configs.onCut(2);
        assertThat(configs.current()).isEqualTo(FIRST);
    }

    @Test
    void whatIsCommittedIsNeverCut() {
        configs.onAppended(10, SECOND);
        configs.onAppended(20, THIRD);
        configs.onCommitted(19);
        configs.onCut(20);
        assertThat(configs.current()).isEqualTo(SECOND);
        assertThatThrownBy(() -> configs.onCut(10)).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void anOlderOneCannotFollow() {
        configs.onAppended(10, SECOND);
        assertThatThrownBy(() -> configs.onAppended(10, THIRD)).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void aSnapshotBeginsAnew() {
        configs.onAppended(10, SECOND);
        configs.begin(500, THIRD);
        assertThat(configs.current()).isEqualTo(THIRD);
        assertThatThrownBy(() -> configs.onCut(500)).isInstanceOf(Invariant.Violation.class);
    }
}
