package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.Threading;
import dev.lockstep.engine.testkit.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Timers fire by the cluster's time, in their order, once, whatever happens meanwhile (PROTOCOL J). */
@Timeout(60)
final class EngineTimersTest {
    private static final long HOUR_MS = 3_600_000;

    @TempDir
    private Path directory;

    private final Alarms alarms = new Alarms();

    private OpenEngine open(Alarms machine, Threading threading) throws InterruptedException {
        EngineBuilder builder = Engine.builder().directory(directory).stateMachine(machine);
        return OpenEngine.start(builder, threading).awaitPrimary();
    }

    /** @return how many timers are pending then */
    private static long submit(OpenEngine open, byte[] command) {
        return open.engine.submit(command).join().payload().getLong(0);
    }

    private static List<Long> awaitFired(OpenEngine open, Alarms machine, int count) {
        List<Long> fired = fired(open, machine);
        while (fired.size() < count) {
            LockSupport.parkNanos(1_000_000);
            fired = fired(open, machine);
        }
        return fired;
    }

    private static List<Long> fired(OpenEngine open, Alarms machine) {
        return open.engine
                .read(ReadConsistency.LOCAL, () -> List.copyOf(machine.fired))
                .join()
                .value();
    }

    private static EngineStatus await(OpenEngine open, Predicate<EngineStatus> condition) {
        EngineStatus status = open.engine.status();
        while (!condition.test(status)) {
            LockSupport.parkNanos(1_000_000);
            status = open.engine.status();
        }
        return status;
    }

    @ParameterizedTest
    @EnumSource
    void theyFireInTheirOrderWhileNobodySubmits(Threading threading) throws InterruptedException {
        try (OpenEngine open = open(alarms, threading)) {
            // Not one after another: on a machine that is busy the first would be due before the last is there.
            Stream.of(
                            Alarms.schedule(1, 900),
                            Alarms.schedule(2, 500),
                            Alarms.schedule(3, -5),
                            Alarms.schedule(4, HOUR_MS),
                            Alarms.schedule(5, 400),
                            Alarms.cancel(5))
                    .map(open.engine::submit)
                    .toList()
                    .forEach(CompletableFuture::join);
            assertThat(awaitFired(open, alarms, 3)).containsExactly(3L, 2L, 1L);
            assertThat(submit(open, Alarms.look())).isOne();
        }
    }

    @Test
    void thoseThatArePendingFireAfterARestart() throws InterruptedException {
        try (OpenEngine open = open(alarms, Threading.COMPACT)) {
            submit(open, Alarms.schedule(1, HOUR_MS));
            assertThat(submit(open, Alarms.schedule(2, 1))).isPositive();
            assertThat(awaitFired(open, alarms, 1)).containsExactly(2L);
        }
        Alarms again = new Alarms();
        try (OpenEngine open = open(again, Threading.COMPACT)) {
            assertThat(submit(open, Alarms.look())).isOne();
            submit(open, Alarms.schedule(1, 1));
            assertThat(awaitFired(open, again, 2)).containsExactly(2L, 1L);
        }
    }

    @Test
    void oneThatTheStateMachineCannotTakeStopsTheApplierUntilItIsSkipped() throws InterruptedException {
        try (OpenEngine open = open(alarms, Threading.COMPACT)) {
            alarms.poison = 7;
            submit(open, Alarms.schedule(6, 1));
            submit(open, Alarms.schedule(7, 40));
            submit(open, Alarms.schedule(8, HOUR_MS));
            EngineStatus failed = await(open, status -> status.applierFailure() != null);
            long index = failed.applierFailureIndex();
            assertThat(failed.applierFailure())
                    .hasMessageContaining("as timer 7 fired")
                    .hasMessageContaining("Engine.skipTimer(" + index + ", 7, why)");
            assertThatThrownBy(() -> open.engine.skip(index, "it is no command").join())
                    .hasCauseInstanceOf(EngineException.ActRefused.class);
            open.engine.skipTimer(index, 7, "it cannot fire").join();
            await(open, status -> status.applierFailure() == null && status.isOpen());
            assertThat(submit(open, Alarms.look())).isOne();
            assertThat(fired(open, alarms)).containsExactly(6L);
        }
        Alarms again = new Alarms();
        again.poison = 7;
        try (OpenEngine open = open(again, Threading.COMPACT)) {
            submit(open, Alarms.look());
            assertThat(fired(open, again)).containsExactly(6L);
        }
    }

    @Test
    void theyFireOnceOnEveryNodeWhenThePrimaryIsKilledBefore() {
        TestCluster<Alarms> cluster = TestCluster.of(3, Alarms::new);
        for (long id = 1; id <= 20; id++) {
            cluster.apply(Alarms.schedule(id, 200 + 50 * id));
        }
        cluster.kill(cluster.primary());
        cluster.advance(Duration.ofSeconds(5));
        cluster.awaitAgreement();
        for (String each : cluster.names()) {
            assertThat(cluster.stateMachine(each).fired).hasSize(20).isSorted();
        }
    }
}
