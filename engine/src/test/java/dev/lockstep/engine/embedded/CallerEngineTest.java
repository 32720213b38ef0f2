package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.Reply;
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

    private Engine startCalled() {
        return Engine.builder()
                .directory(directory)
                .stateMachine(new Adder())
                .threading(Threading.CALLER)
                .start();
    }

    private static void pollUntilPrimary(Engine engine) {
        while (engine.status().role() != Role.PRIMARY) {
            assertThat(engine.poll()).isNotNegative();
        }
    }

    @Test
    void oneThreadDoesEverythingAndHearsThatItIsOver() {
        Engine engine = startCalled();
        pollUntilPrimary(engine);
        Submitter submitter = engine.newSubmitter();
        UnsafeBuffer number = new UnsafeBuffer(Adder.number(3));
        while (submitter.offer(number, 0, Long.BYTES) < 0) {
            engine.poll();
        }
        long[] total = new long[1];
        while (submitter.poll((id, reply) -> total[0] = reply.payload().getLong(0)) == 0) {
            engine.poll();
        }
        assertThat(total[0]).isEqualTo(3);
        assertThatThrownBy(() -> engine.submit(Adder.number(1)).join()).isInstanceOf(EngineException.WouldBlock.class);
        engine.close();
        assertThat(engine.poll()).isNegative();
    }

    @Test
    void whoGoesOnPollingHearsThatAnotherThreadHasClosedTheEngine() throws InterruptedException {
        Engine engine = startCalled();
        pollUntilPrimary(engine);
        Thread closer = new Thread(engine::close);
        closer.start();
        while (engine.poll() >= 0) {
            Thread.onSpinWait();
        }
        closer.join();
        assertThat(engine.status().failure()).isNull();
        assertThat(engine.status().role()).isEqualTo(Role.CLOSED);
    }

    @Test
    void whoPollsAnEngineThatWasClosedBeforeHearsThatItIsOver() {
        Engine engine = startCalled();
        engine.close();
        assertThat(engine.poll()).isNegative();
    }

    @Test
    void whoPollsAnEngineThatHasFailedHearsThatItIsOver() {
        Engine engine = Engine.builder()
                .directory(directory)
                .stateMachine(new Adder() {
                    @Override
                    public void apply(Command command, Reply reply) {
                        throw new StackOverflowError("a state machine that goes too deep");
                    }
                })
                .threading(Threading.CALLER)
                .start();
        pollUntilPrimary(engine);
        CompletableFuture<?> future = engine.submit(Adder.number(1));
        while (engine.poll() >= 0) {
            Thread.onSpinWait();
        }
        engine.close();
        assertThat(engine.status().failure()).isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(future::join)
                .hasCauseInstanceOf(EngineException.OutcomeUnknown.class)
                .hasRootCauseInstanceOf(StackOverflowError.class);
    }
}
