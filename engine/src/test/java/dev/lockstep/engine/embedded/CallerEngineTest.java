package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.Threading;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class CallerEngineTest extends EngineContract {
    @Override
    Threading threading() {
        return Threading.CALLER;
    }

    @Test
    void aQueryNeitherPollsTheEngineThatCallsItNorWaitsForItsClose() {
        try (OpenEngine open = open(new Adder())) {
            add(open, 1);
            var polled = open.engine.read(ReadConsistency.LOCAL, open.engine::poll);
            assertThatThrownBy(polled::join).hasCauseInstanceOf(IllegalStateException.class);
            assertThat(add(open, 2).payload().getLong(0)).isEqualTo(3);
            open.engine
                    .read(ReadConsistency.LOCAL, () -> {
                        open.engine.close();
                        return 0;
                    })
                    .join();
            open.engine.close();
            assertThat(open.engine.status().role()).isEqualTo(Role.CLOSED);
        }
    }

    @Test
    void aSubmitterThatThePollingThreadHasOpenedIsItsOwn() {
        try (Engine engine = Engine.builder()
                .directory(directory)
                .stateMachine(new Adder())
                .durability(Durability.APPENDED)
                .threading(Threading.CALLER)
                .start()) {
            engine.poll();
            Submitter submitter = engine.newSubmitter();
            Throwable thrown = CompletableFuture.supplyAsync(() -> submitter.offer(new UnsafeBuffer(new byte[1]), 0, 1))
                    .handle((id, failure) -> failure)
                    .join();
            assertThat(thrown).hasMessageContaining("belongs to thread");
            engine.poll();
        }
    }
}
