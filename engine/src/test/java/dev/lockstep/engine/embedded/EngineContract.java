package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.Threading;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an engine does for whoever embeds it alone, in every threading. */
@Timeout(120)
abstract class EngineContract {
    private static final int MAX_COMMAND_BYTES = 4096;

    @TempDir
    Path directory;

    private final Adder adder = new Adder();
    private final AtomicInteger errors = new AtomicInteger();

    abstract Threading threading();

    private EngineBuilder builder(Adder state) {
        return Engine.builder()
                .directory(directory)
                .stateMachine(state)
                .durability(Durability.APPENDED)
                .maxCommandBytes(MAX_COMMAND_BYTES)
                .window(64)
                .submitTimeout(Duration.ofSeconds(20))
                .errorHandler(thrown -> errors.incrementAndGet());
    }

    final OpenEngine open(Adder state) {
        return OpenEngine.start(builder(state), threading());
    }

    static Reply add(OpenEngine open, long value) {
        return open.engine.submit(Adder.number(value)).join();
    }

    @Test
    void aCommandIsAppliedOnceAndItsReplyComesBack() {
        try (OpenEngine open = open(adder)) {
            assertThat(add(open, 5).payload().getLong(0)).isEqualTo(5);
            Reply reply = add(open, 7);
            assertThat(reply.payload().getLong(0)).isEqualTo(12);
            assertThat(reply.outcome()).isEqualTo(Outcome.APPLIED);
            assertThat(reply.reached()).isEqualTo(Ack.QUORUM_APPENDED);
            assertThat(reply.position().index()).isEqualTo(reply.index()).isPositive();
        }
        assertThat(adder.count).isEqualTo(2);
    }

    @Test
    void theStateIsThereAgainAfterEveryRestart() {
        long hash = 0;
        for (int start = 0; start < 5; start++) {
            Adder fresh = new Adder();
            try (OpenEngine open = open(fresh)) {
                assertThat(add(open, start + 1).payload().getLong(0)).isEqualTo((start + 1) * (start + 2) / 2);
            }
            hash = hash * 31 + start + 1;
            assertThat(fresh.hash).isEqualTo(hash);
            assertThat(fresh.count).isEqualTo(start + 1);
        }
    }

    @Test
    void aCommandThatTheStateMachineRejectsIsAnsweredWithItsCodeAndChangesNothing() {
        try (OpenEngine open = open(adder)) {
            add(open, 3);
            Reply reply = add(open, -1);
            assertThat(reply.outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(reply.code()).isEqualTo(Adder.NEGATIVE);
            assertThat(reply.payload().getLong(0)).isEqualTo(3);
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(4);
        }
    }

    @Test
    void commandsFromNoByteToTheLimitAreTakenAndNoneBeyond() {
        try (OpenEngine open = open(adder)) {
            for (int length : new int[] {0, 1, 7, 207, 208, 209, 256, 1400, 1500, MAX_COMMAND_BYTES}) {
                Reply reply = open.engine.submit(new byte[length]).join();
                assertThat(reply.outcome()).as("%d bytes", length).isEqualTo(Outcome.APPLIED);
            }
            CompletableFuture<Reply> tooLarge = open.engine.submit(new byte[MAX_COMMAND_BYTES + 1]);
            assertThatThrownBy(tooLarge::join).hasCauseInstanceOf(EngineException.TooLarge.class);
            Submitter submitter = open.engine.newSubmitter();
            UnsafeBuffer bytes = new UnsafeBuffer(new byte[MAX_COMMAND_BYTES + 1]);
            assertThat(submitter.offer(bytes, 0, MAX_COMMAND_BYTES + 1)).isEqualTo(Submitter.TOO_LARGE);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Ack.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyLevelIsReachedAndTold(Ack ack) {
        try (OpenEngine open = open(adder)) {
            Reply reply = open.engine.submit(Adder.number(2), ack).join();
            assertThat(reply.reached()).isEqualTo(ack);
            boolean isLocal = Ack.LOCAL_FLUSHED.includes(ack);
            assertThat(reply.outcome()).isEqualTo(isLocal ? Outcome.ACCEPTED : Outcome.APPLIED);
            assertThat(reply.payload().capacity()).isEqualTo(isLocal ? 0 : Long.BYTES);
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(3);
        }
    }

    @Test
    void whoWaitsForTheDeviceDoesNotWaitForTheFlushersInterval() {
        EngineBuilder seldom =
                builder(adder).flushInterval(Duration.ofHours(20)).ackTimeout(Duration.ofSeconds(20));
        try (OpenEngine open = OpenEngine.start(seldom, threading())) {
            for (Ack ack : List.of(Ack.LOCAL_FLUSHED, Ack.QUORUM_FLUSHED, Ack.ALL_FLUSHED)) {
                Reply reply = open.engine.submit(Adder.number(2), ack).join();
                assertThat(reply.reached()).isEqualTo(ack);
            }
        }
    }

    /** A node goes by its cluster's durability, whatever its own settings say when it starts again. */
    @Test
    void aClusterThatWasBornFlushedStaysQuickWhereASettingIsForgotten() {
        try (OpenEngine open = OpenEngine.start(builder(adder).durability(Durability.FLUSHED), threading())) {
            add(open, 1);
        }
        EngineBuilder forgotten = builder(new Adder()).flushInterval(Duration.ofHours(20));
        try (OpenEngine open = OpenEngine.start(forgotten, threading())) {
            Reply reply = add(open, 1);
            assertThat(reply.payload().getLong(0)).isEqualTo(2);
            assertThat(open.engine.status().flushedIndex()).isGreaterThanOrEqualTo(reply.index());
        }
    }

    @Test
    void repliesComeOnceEachInTheOrderOfTheCommandsWhateverIsWaitedFor() throws InterruptedException {
        int commands = 5_000;
        try (OpenEngine open = open(adder).awaitPrimary()) {
            Submitter submitter = open.engine.newSubmitter();
            UnsafeBuffer number = new UnsafeBuffer(Adder.number(1));
            List<Long> offered = new ArrayList<>();
            List<Long> told = new ArrayList<>();
            while (told.size() < commands) {
                if (offered.size() < commands) {
                    Ack ack = Ack.of(1 + offered.size() % (Ack.count() - 1));
                    long id = submitter.offer(number, 0, Long.BYTES, ack);
                    if (id > 0) {
                        offered.add(id);
                    } else {
                        assertThat(id).isIn(Submitter.BACK_PRESSURED, Submitter.NOT_PRIMARY);
                    }
                }
                submitter.poll((id, reply) -> {
                    assertThat(reply.outcome()).isIn(Outcome.APPLIED, Outcome.ACCEPTED);
                    told.add(id);
                });
            }
            assertThat(told).isEqualTo(offered);
            assertThat(submitter.pending()).isZero();
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(commands + 1);
        }
    }

    @Test
    void repliesThatNobodyReadsHoldUpTheirSubmitterAndNobodyElse() throws InterruptedException {
        try (OpenEngine open = open(adder).awaitPrimary()) {
            add(open, 1);
            Submitter lazy = open.engine.newSubmitter();
            UnsafeBuffer number = new UnsafeBuffer(Adder.number(1));
            long accepted = 0;
            long result = 0;
            for (int i = 0; i < 100_000 && accepted < 64; i++) {
                result = lazy.offer(number, 0, Long.BYTES);
                accepted += result > 0 ? 1 : 0;
            }
            assertThat(accepted).isEqualTo(64);
            assertThat(lazy.offer(number, 0, Long.BYTES)).isEqualTo(Submitter.BACK_PRESSURED);
            for (int i = 0; i < 200; i++) {
                add(open, 1);
            }
            AtomicInteger told = new AtomicInteger();
            while (told.get() < 64) {
                lazy.poll((id, reply) -> told.incrementAndGet());
            }
            assertThat(lazy.offer(number, 0, Long.BYTES)).isPositive();
        }
    }

    @Test
    void aCommandThatExpectsAnIndexIsAppliedOnlyIfNothingElseWasSince() throws InterruptedException {
        try (OpenEngine open = open(adder).awaitPrimary()) {
            long seen = add(open, 1).index();
            Submitter submitter = open.engine.newSubmitter();
            UnsafeBuffer number = new UnsafeBuffer(Adder.number(10));
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                while (submitter.offer(number, 0, Long.BYTES, Ack.QUORUM_APPENDED, seen) < 0) {
                    Thread.onSpinWait();
                }
                while (submitter.pending() > 0) {
                    submitter.poll((id, reply) -> outcomes.add(reply.outcome()));
                }
            }
            assertThat(outcomes).containsExactly(Outcome.APPLIED, Outcome.OUTDATED);
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(12);
        }
    }

    @Test
    void readsSeeWhatWasAppliedBeforeAndSayWhereTheyStood() {
        try (OpenEngine open = open(adder)) {
            Position written = add(open, 4).position();
            for (ReadConsistency each :
                    List.of(ReadConsistency.LINEARIZABLE, ReadConsistency.LOCAL, ReadConsistency.atLeast(written))) {
                var read = open.engine.read(each, () -> adder.total).join();
                assertThat(read.value()).as("%s", each).isEqualTo(4L);
                assertThat(read.position().index()).isGreaterThanOrEqualTo(written.index());
            }
            assertThatThrownBy(() -> open.engine
                            .read(ReadConsistency.atLeast(new Position(1, 77, 1)), () -> adder.total)
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(EngineException.PositionLost.class);
            var failed = open.engine.read(ReadConsistency.LOCAL, () -> {
                throw new IllegalStateException("a query that fails");
            });
            assertThatThrownBy(failed::join).hasCauseInstanceOf(IllegalStateException.class);
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(5);
        }
    }

    @Test
    void aStateMachineThatThrowsStopsItsApplierAndNothingElse() {
        adder.poison = 99;
        try (OpenEngine open = open(adder)) {
            add(open, 1);
            CompletableFuture<Reply> poisoned = open.engine.submit(Adder.number(99));
            assertThatThrownBy(poisoned::join).isInstanceOf(CompletionException.class);
            assertThat(open.engine.status().applierFailure())
                    .hasMessageContaining("at index")
                    .hasCauseInstanceOf(IllegalStateException.class);
            assertThat(open.engine.status().failure()).isNull();
            assertThat(open.engine.status().role()).isEqualTo(Role.PRIMARY);
            assertThatThrownBy(poisoned::join)
                    .hasCauseInstanceOf(EngineException.OutcomeUnknown.class)
                    .hasMessageContaining("has thrown at index");
            assertThatThrownBy(() -> add(open, 1))
                    .hasCauseInstanceOf(EngineException.NotPrimary.class)
                    .hasMessageContaining("has thrown at index");
            assertThatThrownBy(() ->
                            open.engine.read(ReadConsistency.LOCAL, () -> 1).join())
                    .hasMessageContaining("has thrown at index");
        }
        Adder mended = new Adder();
        try (OpenEngine open = open(mended)) {
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(101);
        }
    }

    @Test
    void whatAStateMachineThrowsThatIsCheckedStopsItsApplierJustSo() {
        adder.poison = 99;
        adder.thrown = new IOException("a checked one, which it does not declare");
        try (OpenEngine open = open(adder)) {
            add(open, 1);
            CompletableFuture<Reply> poisoned = open.engine.submit(Adder.number(99));
            assertThatThrownBy(poisoned::join).isInstanceOf(CompletionException.class);
            assertThat(open.engine.status().applierFailure()).hasCauseInstanceOf(IOException.class);
            assertThat(open.engine.status().failure()).isNull();
            assertThat(open.engine.status().role()).isEqualTo(Role.PRIMARY);
        }
    }

    /** The state is built anew without it; whoever submits hears nothing again of what is applied again. */
    @Test
    void aSubmitterGoesOnWhenACommandIsSkippedThatWasApplied() throws InterruptedException {
        int commands = 1_000;
        try (OpenEngine open = open(adder).awaitPrimary()) {
            Submitter submitter = open.engine.newSubmitter();
            List<Long> indexes = new ArrayList<>();
            run(submitter, commands, indexes);
            open.engine.skip(indexes.get(1), "it was one too many").join();
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(commands);
            run(submitter, commands, indexes);
            assertThat(indexes).doesNotHaveDuplicates().hasSize(2 * commands);
            assertThat(open.engine.status().applierFailure()).isNull();
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(2 * commands + 1);
        }
    }

    private static void run(Submitter submitter, int commands, List<Long> indexes) {
        UnsafeBuffer number = new UnsafeBuffer(Adder.number(1));
        int offered = 0;
        int until = indexes.size() + commands;
        while (indexes.size() < until) {
            if (offered < commands && submitter.offer(number, 0, Long.BYTES) > 0) {
                offered++;
            }
            submitter.poll((id, reply) -> {
                assertThat(reply.outcome()).isEqualTo(Outcome.APPLIED);
                indexes.add(reply.index());
            });
        }
    }

    @Test
    void aReplyThatIsTooLongForItsSubmitterIsNotToldAndItsCommandIsApplied() {
        EngineBuilder small = builder(adder).maxReplyBytes(Long.BYTES - 1);
        try (OpenEngine open = OpenEngine.start(small, threading())) {
            Reply reply = add(open, 5);
            assertThat(reply.outcome()).isEqualTo(Outcome.REPLY_GONE);
            assertThat(reply.payload().capacity()).isZero();
            assertThat(open.engine
                            .read(ReadConsistency.LINEARIZABLE, () -> adder.total)
                            .join()
                            .value())
                    .isEqualTo(5L);
        }
    }

    @Test
    void aListenerThatThrowsStopsNothing() throws InterruptedException {
        try (OpenEngine open = open(adder).awaitPrimary()) {
            Submitter submitter = open.engine.newSubmitter();
            UnsafeBuffer number = new UnsafeBuffer(Adder.number(1));
            AtomicInteger told = new AtomicInteger();
            for (int i = 0; i < 3; i++) {
                while (submitter.offer(number, 0, Long.BYTES) < 0) {
                    Thread.onSpinWait();
                }
            }
            while (submitter.pending() > 0) {
                submitter.poll((id, reply) -> {
                    told.incrementAndGet();
                    throw new IllegalStateException("a listener that fails");
                });
            }
            assertThat(told.get()).isEqualTo(3);
            assertThat(errors.get()).isEqualTo(3);
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(4);
        }
    }

    @Test
    void anActOnANodeThatNobodyKnowsIsRefusedByItsName() {
        try (OpenEngine open = open(adder)) {
            add(open, 1);
            String said = "no member is called \"x\"; the members are 1";
            isRefused(open.engine.transfer("x"), "handing over to node x: " + said);
            isRefused(open.engine.makeVoter("x"), said);
            isRefused(open.engine.remove("x", true), said);
            isRefused(open.engine.promote(List.of("x")), said);
            isRefused(open.engine.add("bad"), "adding bad: \"bad\" is no member; one is written name=host:port");
            isRefused(open.engine.add("bad=nowhere"), "the address of bad is \"nowhere\"");
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(2);
        }
    }

    private static void isRefused(CompletableFuture<Void> act, String said) {
        assertThatThrownBy(act::join)
                .hasCauseInstanceOf(EngineException.ActRefused.class)
                .hasMessageContaining(said);
    }

    @Test
    void futuresNeedNoneOfTheSubmittersThatMayBeOpen() {
        try (OpenEngine open = OpenEngine.start(builder(adder).maxSubmitters(1), threading())) {
            try (Submitter only = open.engine.newSubmitter()) {
                assertThat(only.pending()).isZero();
                assertThatThrownBy(() -> open.engine.newSubmitter()).hasMessageContaining("1 submitters already");
                assertThat(add(open, 1).payload().getLong(0)).isEqualTo(1);
            }
            assertThat(open.engine.status().failure()).isNull();
        }
    }

    @Test
    void anErrorInAQueryIsTheAnswerAndStopsNothing() {
        try (OpenEngine open = open(adder)) {
            var failed = open.engine.read(ReadConsistency.LOCAL, () -> {
                throw new AssertionError("a query that fails");
            });
            assertThatThrownBy(failed::join).hasCauseInstanceOf(AssertionError.class);
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(1);
        }
    }

    @Test
    void aWrongArgumentIsRefusedOnTheSpotAndStopsNothing() {
        try (OpenEngine open = open(adder)) {
            byte[] one = Adder.number(1);
            assertThatThrownBy(() -> open.engine.submit(one, Ack.NONE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("ack is NONE; name the level to wait for, as QUORUM_APPENDED");
            isMissing("command", () -> open.engine.submit(null));
            isMissing("ack", () -> open.engine.submit(one, null));
            isMissing("consistency", () -> open.engine.read(null, () -> 1));
            isMissing("query", () -> open.engine.read(ReadConsistency.LOCAL, null));
            isMissing("listener", () -> open.engine.onRole(null));
            isMissing("mode", () -> open.engine.setMode(null));
            isMissing("why", () -> open.engine.skip(1, null));
            isMissing("member", () -> open.engine.add(null));
            isMissing("name", () -> open.engine.makeVoter(null));
            isMissing("name", () -> open.engine.remove(null, true));
            isMissing("name", () -> open.engine.transfer(null));
            assertThatThrownBy(() -> open.engine.promote(null)).isInstanceOf(NullPointerException.class);
            Submitter submitter = open.engine.newSubmitter();
            isMissing("ack", () -> submitter.offer(new UnsafeBuffer(one), 0, 8, null));
            isMissing("listener", () -> submitter.poll(null));
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(1);
            assertThat(open.engine.status().failure()).isNull();
        }
    }

    private static void isMissing(String argument, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(argument);
    }

    @Test
    void whoeverTheEngineNeedsCannotWaitForIt() {
        try (OpenEngine open = open(adder)) {
            CompletableFuture<Throwable> seen = new CompletableFuture<>();
            CompletableFuture<Void> told = open.engine.submit(Adder.number(1)).thenAccept(reply -> {
                try {
                    open.engine.submit(Adder.number(1)).join();
                } catch (EngineException.WouldBlock e) {
                    seen.complete(e);
                }
            });
            assertThat(seen.orTimeout(20, TimeUnit.SECONDS).join()).hasMessageContaining("callbacks");
            told.join();
        }
    }

    @Test
    void aSecondEngineOnTheSameDirectoryIsRefusedAndSaysWhoHasIt() {
        try (OpenEngine open = open(adder)) {
            add(open, 1);
            assertThatThrownBy(() -> builder(new Adder()).start())
                    .isInstanceOf(StorageException.InUse.class)
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
            assertThat(add(open, 1).payload().getLong(0)).isEqualTo(2);
        }
    }

    /** Whatever was accepted is answered, and what was answered as applied is there at the next start. */
    @Test
    void whoSubmitsWhileItClosesIsAnswered() throws InterruptedException {
        List<CompletableFuture<Reply>> futures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        OpenEngine open = open(adder);
        add(open, 1);
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                for (int k = 0; k < 500; k++) {
                    CompletableFuture<Reply> future = open.engine.submit(Adder.number(1));
                    synchronized (futures) {
                        futures.add(future);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        open.close();
        for (Thread thread : threads) {
            thread.join();
        }
        long applied = 1;
        for (CompletableFuture<Reply> future : futures) {
            Throwable thrown = future.orTimeout(20, TimeUnit.SECONDS)
                    .handle((reply, failure) -> failure)
                    .join();
            if (thrown == null) {
                applied++;
            } else {
                assertThat(thrown).isInstanceOf(EngineException.class);
            }
        }
        assertThat(open.engine.status().role()).isEqualTo(Role.CLOSED);
        assertThat(open.engine.status().failure()).isNull();
        open.engine.close();
        Adder again = new Adder();
        try (OpenEngine reopened = open(again)) {
            assertThat(add(reopened, 1).payload().getLong(0)).isGreaterThanOrEqualTo(applied + 1);
        }
    }

    @Test
    void whatComesAfterTheCloseIsRefused() {
        OpenEngine open = open(adder);
        add(open, 1);
        Submitter submitter = open.engine.newSubmitter();
        open.close();
        assertThat(submitter.offer(new UnsafeBuffer(new byte[8]), 0, 8)).isEqualTo(Submitter.CLOSED);
        assertThatThrownBy(() -> open.engine.newSubmitter()).isInstanceOf(EngineException.Closed.class);
        assertThatThrownBy(() -> open.engine.submit(new byte[8]).join())
                .hasCauseInstanceOf(EngineException.Closed.class);
        assertThatThrownBy(
                        () -> open.engine.read(ReadConsistency.LOCAL, () -> 1).join())
                .hasCauseInstanceOf(EngineException.Closed.class);
        assertThatThrownBy(() -> open.engine.transfer("1").join()).hasCauseInstanceOf(EngineException.Closed.class);
    }
}
