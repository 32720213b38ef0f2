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

    private static PlacedConfig at(long index, Config config) {
        return new PlacedConfig(index, 100 + index, config);
    }

    @BeforeEach
    void begin() {
        configs.begin(at(1, FIRST));
    }

    @Test
    void theNewestIsInForceFromWhenItIsAppended() {
        assertThat(configs.current()).isEqualTo(FIRST);
        configs.onAppended(at(10, SECOND));
        assertThat(configs.current()).isEqualTo(SECOND);
        assertThat(configs.newest()).isEqualTo(at(10, SECOND));
        assertThat(configs.currentIndex()).isEqualTo(10);
        assertThat(configs.currentTerm()).isEqualTo(110);
        assertThat(configs.isOneUncommitted(9)).isTrue();
        assertThat(configs.isOneUncommitted(10)).isFalse();
    }

    @Test
    void whatIsCutIsUndone() {
        configs.onAppended(at(10, SECOND));
        configs.onAppended(at(20, THIRD));
        configs.onCut(21);
        assertThat(configs.current()).isEqualTo(THIRD);
        configs.onCut(20);
        assertThat(configs.newest()).isEqualTo(at(10, SECOND));
        configs.onCut(2);
        assertThat(configs.newest()).isEqualTo(at(1, FIRST));
    }

    @Test
    void oneCutMayUndoManyAndTheLogGoesOnFromThere() {
        configs.onAppended(at(10, SECOND));
        configs.onAppended(at(20, THIRD));
        configs.onCut(10);
        assertThat(configs.all()).containsExactly(at(1, FIRST));
        configs.onAppended(at(10, THIRD));
        assertThat(configs.all()).containsExactly(at(1, FIRST), at(10, THIRD));
    }

    @Test
    void aLogThatIsLostFromItsBeginningOnLeavesNone() {
        configs.onAppended(at(10, SECOND));
        configs.onCut(1);
        assertThatNoneIsKnown();
        configs.onAppended(at(7, THIRD));
        assertThat(configs.newest()).isEqualTo(at(7, THIRD));
        configs.clear();
        assertThatNoneIsKnown();
    }

    private void assertThatNoneIsKnown() {
        assertThat(configs.isEmpty()).isTrue();
        assertThat(configs.current()).isNull();
        assertThat(configs.currentIndex()).isZero();
        assertThat(configs.currentTerm()).isZero();
        assertThat(configs.at(100)).isNull();
        assertThat(configs.all()).isEmpty();
        assertThat(configs.isOneUncommitted(0)).isFalse();
    }

    @Test
    void theLastThatIsCommittedStaysAndThoseBeforeItAreForgotten() {
        configs.onAppended(at(10, SECOND));
        configs.onAppended(at(20, THIRD));
        configs.onCommitted(9);
        assertThat(configs.all()).containsExactly(at(1, FIRST), at(10, SECOND), at(20, THIRD));
        configs.onCommitted(10);
        assertThat(configs.all()).containsExactly(at(10, SECOND), at(20, THIRD));
        configs.onCut(20);
        assertThat(configs.current()).isEqualTo(SECOND);
        configs.onAppended(at(25, THIRD));
        configs.onCommitted(1000);
        assertThat(configs.all()).containsExactly(at(25, THIRD));
    }

    @Test
    void eachIsInForceUpToTheNextOne() {
        configs.onAppended(at(10, SECOND));
        configs.onAppended(at(20, THIRD));
        assertThat(configs.at(0)).isNull();
        assertThat(configs.at(1)).isEqualTo(at(1, FIRST));
        assertThat(configs.at(9)).isEqualTo(at(1, FIRST));
        assertThat(configs.at(10)).isEqualTo(at(10, SECOND));
        assertThat(configs.at(Long.MAX_VALUE)).isEqualTo(at(20, THIRD));
        configs.onCommitted(10);
        assertThat(configs.at(9)).isNull();
    }

    @Test
    void anOlderOneCannotFollow() {
        configs.onAppended(at(10, SECOND));
        assertThatThrownBy(() -> configs.onAppended(at(10, THIRD))).isInstanceOf(Invariant.Violation.class);
        assertThat(configs.newest()).isEqualTo(at(10, SECOND));
    }

    @Test
    void aSnapshotBeginsAnew() {
        configs.onAppended(at(10, SECOND));
        configs.begin(at(500, THIRD));
        assertThat(configs.all()).containsExactly(at(500, THIRD));
        configs.onCut(501);
        assertThat(configs.current()).isEqualTo(THIRD);
    }
}
