package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MemoryStateTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4092, 4093, 1_000_000})
    void aStateMachineBeginsAnewAsOftenAsItMust(int length) {
        Blob machine = Blob.of(length);
        byte[] began = machine.bytes();
        MemoryState initial = new MemoryState(machine, 4);
        for (int i = 0; i < 2; i++) {
            Blob another = Blob.of(7);
            initial.load(another);
            assertThat(another.bytes()).isEqualTo(began);
            assertThat(another.versionSeen).isEqualTo(4);
        }
    }

    @Test
    void whatSavesNothingLoadsNothing() {
        Blob machine = new Blob() {
            @Override
            public void save(SnapshotOutput out) {}

            @Override
            public void load(SnapshotInput in) {
                assertThat(in.isAtEnd()).isTrue();
            }
        };
        new MemoryState(machine, 1).load(machine);
    }

    @Test
    void whoDoesNotLoadWhatItSavedIsTold() {
        MemoryState initial = new MemoryState(Blob.of(10), 1);
        Blob loadsLess = new Blob() {
            @Override
            public void load(SnapshotInput in) {
                in.getInt();
            }
        };
        assertThatThrownBy(() -> initial.load(loadsLess))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("has not loaded all of the state it began with");
        Blob loadsMore = new Blob() {
            @Override
            public void load(SnapshotInput in) {
                super.load(in);
                in.getByte();
            }
        };
        assertThatThrownBy(() -> initial.load(loadsMore))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("cannot load the state it began with")
                .hasCauseInstanceOf(EngineException.BadSnapshot.class);
    }
}
