package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Threading;
import dev.lockstep.engine.embedded.HashedAdder.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node whose state is another one than that of most nodes stops before it does harm, and can be rebuilt. */
@Timeout(120)
final class DriftTest {
    @TempDir
    private Path directory;

    private EngineTrio trio;

    @BeforeEach
    void start() {
        trio = new EngineTrio(directory)
                .with(builder ->
                        builder.segmentBytes(512 << 10).maxCommandBytes(1024).snapshots(Snapshot.every(200)));
        EngineTrio.NAMES.forEach(name -> trio.start(name, new HashedAdder()));
        trio.add(1);
        trio.awaitAgreement();
    }

    @AfterEach
    void close() {
        trio.close();
    }

    private HashedAdder machine(String name) {
        return (HashedAdder) trio.state(name);
    }

    private EngineStatus status(String name) {
        return trio.engine(name).status();
    }

    private boolean hasDrifted(String name) {
        return status(name).applierFailure() instanceof EngineException.Drifted;
    }

    /** Submits until that node is found out. */
    private EngineException.Drifted awaitDrifted(String name) {
        trio.await("node " + name + " is found out", () -> {
            trio.primary()
                    .submit(Adder.number(1))
                    .handle((reply, refused) -> reply)
                    .join(); // it may be the primary's own
            return hasDrifted(name);
        });
        return (EngineException.Drifted) status(name).applierFailure();
    }

    private void awaitComparison() {
        long compared = System.nanoTime() + 3_000_000_000L;
        trio.await("states are compared a few times", () -> {
            trio.add(1);
            return System.nanoTime() - compared > 0;
        });
    }

    @Test
    void nodesThatAreTheSameAreLeftAlone() {
        awaitComparison();
        assertThat(trio.running()).noneMatch(each -> each.status().applierFailure() != null);
        assertThat(trio.running())
                .allMatch(each -> each.status().errors().stream().noneMatch(error -> error.contains("not the same")));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CLOCK", "HASH_SET"})
    void aStandbyThatDriftsServesNothingMoreAndGoesOnJournalingAndVoting(Fault fault) {
        String drifting = trio.standby();
        machine(drifting).fault = fault;
        EngineException.Drifted drifted = awaitDrifted(drifting);
        assertThat(drifted.lastSoundIndex()).isLessThan(drifted.checkpointIndex());
        assertThat(drifted)
                .hasMessageContaining("at index " + drifted.checkpointIndex())
                .hasMessageContaining("rebuild()")
                .hasMessageContaining("this one says ");
        EngineStatus status = status(drifting);
        trio.await(
                "it is told to its end",
                () -> status(drifting).errors().stream().anyMatch(each -> each.contains("the commands are sound")));
        assertThat(status.applierFailureIndex()).isEqualTo(drifted.checkpointIndex());
        assertThat(status.failure()).isNull();
        assertThat(status.role()).isEqualTo(Role.STANDBY);
        assertThatThrownBy(() -> trio.engine(drifting)
                        .read(ReadConsistency.LOCAL, () -> 1)
                        .join())
                .hasCauseInstanceOf(EngineException.Drifted.class);
        trio.await(
                "what it had saved of the wrong state is gone",
                () -> status(drifting).snapshotIndex() <= drifted.lastSoundIndex());
        String other = EngineTrio.NAMES.stream()
                .filter(name -> !name.equals(drifting)
                        && !name.equals(trio.primary().status().node()))
                .findFirst()
                .orElseThrow();
        trio.close(other);
        long before = status(drifting).appendedIndex();
        trio.add(1); // which takes its acknowledgement
        assertThat(status(drifting).appendedIndex()).isGreaterThan(before);
    }

    @Test
    void aPrimaryThatDriftsHandsOverToOneThatHasNot() {
        String drifting = trio.primary().status().node();
        machine(drifting).fault = Fault.CLOCK;
        awaitDrifted(drifting);
        trio.await("another one takes over", () -> {
            String primary = trio.primary().status().node();
            return !primary.equals(drifting);
        });
        trio.add(1);
        assertThat(EngineTrio.NAMES.stream().filter(this::hasDrifted)).containsExactly(drifting);
    }

    @Test
    void aNodeThatHasDriftedIsRebuiltWithOneCall() {
        String drifting = trio.standby();
        machine(drifting).fault = Fault.CLOCK;
        awaitDrifted(drifting);
        machine(drifting).fault = Fault.NONE;
        trio.engine(drifting).rebuild().join();
        trio.add(1);
        trio.awaitAgreement();
        awaitComparison();
        assertThat(trio.running()).noneMatch(each -> each.status().applierFailure() != null);
    }

    @Test
    void aNodeWhoseLogIsCutKeepsWhatItBeginsBehindWhenItIsFoundOutAtItsStart() {
        while (trio.running().stream().anyMatch(each -> each.status().baseIndex() == 0)) {
            List<CompletableFuture<Reply>> some = new ArrayList<>();
            Engine primary = trio.primary();
            for (int i = 0; i < 500; i++) {
                some.add(primary.submit(Adder.number(1)));
            }
            some.forEach(CompletableFuture::join);
        }
        String drifting = trio.standby();
        trio.close(drifting);
        HashedAdder unsound = new HashedAdder();
        unsound.fault = Fault.CLOCK;
        trio.start(drifting, unsound);
        awaitDrifted(drifting);
        trio.close(drifting);
        trio.start(drifting, new HashedAdder());
        EngineStatus again = status(drifting);
        assertThat(again.isRecovering()).as("its journal is what it was").isFalse();
        assertThat(again.appendedIndex()).isPositive();
        trio.primary().snapshot().join();
        trio.engine(drifting).rebuild().join();
        trio.add(1);
        trio.awaitAgreement();
    }

    @Test
    void aStandbyThatHasDriftedLetsTheOtherOneFollowThePrimary() {
        String drifting = trio.standby();
        machine(drifting).fault = Fault.CLOCK;
        awaitDrifted(drifting);
        trio.close(trio.primary().status().node());
        trio.await(
                "the sound one takes over",
                () -> trio.running().stream()
                        .anyMatch(each -> each.status().role() == Role.PRIMARY
                                && each.status().isOpen()));
        assertThat(trio.primary().status().node()).isNotEqualTo(drifting);
        trio.add(1);
    }

    @Test
    void aPrimaryIsNotRebuiltWhileOthersCouldTakeOver() {
        assertThatThrownBy(() -> trio.primary().rebuild().join())
                .hasCauseInstanceOf(EngineException.ActRefused.class)
                .hasMessageContaining("take over first");
    }

    @Test
    void whereNoMajorityIsTheSameThatIsToldAndAllGoOn() {
        EngineTrio.NAMES.forEach(name -> machine(name).fault = Fault.CLOCK);
        trio.await("all are told", () -> {
            trio.add(1);
            return trio.running().stream()
                    .allMatch(each -> each.status().errors().stream().anyMatch(error -> error.contains("no majority")));
        });
        assertThat(EngineTrio.NAMES).noneMatch(this::hasDrifted);
    }

    @Test
    void aNodeAloneIsFoundOutByItsReplay() throws InterruptedException {
        trio.close();
        HashedAdder first = new HashedAdder();
        Path alone = directory.resolve("alone");
        EngineBuilder builder = Engine.builder()
                .directory(alone)
                .durability(Durability.APPENDED)
                .stateMachine(first);
        try (OpenEngine open = OpenEngine.start(builder, Threading.COMPACT).awaitPrimary()) {
            long untilNs = System.nanoTime() + 2_500_000_000L;
            while (System.nanoTime() - untilNs < 0) {
                open.engine.submit(Adder.number(1)).join();
            }
        }
        HashedAdder again = new HashedAdder();
        again.fault = Fault.CLOCK;
        try (OpenEngine open = OpenEngine.start(builder.stateMachine(again), Threading.COMPACT)) {
            List<Throwable> found = new ArrayList<>();
            while (found.isEmpty()) {
                Throwable failure = open.engine.status().applierFailure();
                if (failure != null) {
                    found.add(failure);
                }
                Thread.onSpinWait();
            }
            assertThat(found.get(0))
                    .isInstanceOf(EngineException.Drifted.class)
                    .hasMessageContainingAll("when that was first applied: ", " then, ", " now", "restore a backup")
                    .hasMessageNotContaining("most nodes");
            while (open.engine.status().errors().isEmpty()) {
                Thread.onSpinWait(); // the hot thread looks a turn later
            }
            assertThat(open.engine.status().errors())
                    .as("told to its end")
                    .anyMatch(each -> each.contains("the commands are sound"));
            long checkpoint = open.engine.status().applierFailureIndex();
            assertThatThrownBy(() ->
                            open.engine.skip(checkpoint, "it stopped there").join())
                    .hasCauseInstanceOf(EngineException.ActRefused.class)
                    .hasMessageContaining("is sound");
            assertThatThrownBy(() -> open.engine
                            .skipTimer(checkpoint, 1, "it stopped there")
                            .join())
                    .hasCauseInstanceOf(EngineException.ActRefused.class)
                    .hasMessageContaining("is sound");
            assertThatThrownBy(() -> open.engine.backup(alone.resolve("backup")).join())
                    .hasMessageContaining("copy its directory");
            again.fault = Fault.NONE;
            open.engine.rebuild().join();
            assertThat(open.engine.status().applierFailure()).isNull();
        }
    }
}
