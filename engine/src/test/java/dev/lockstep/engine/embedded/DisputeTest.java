package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.embedded.HashedAdder.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes have come to other states, and there is no third one to say which is right: somebody decides it. */
@Timeout(120)
final class DisputeTest {
    @TempDir
    private Path directory;

    private EngineTrio trio;
    private Engine primary;
    private Engine other;

    @BeforeEach
    void disagree() {
        trio = new EngineTrio(directory)
                .with(builder ->
                        builder.segmentBytes(512 << 10).maxCommandBytes(1024).snapshots(Snapshot.never()));
        EngineTrio.NAMES.forEach(name -> trio.start(name, new HashedAdder()));
        trio.add(1);
        trio.awaitAgreement();
        trio.close(trio.standby());
        String wrong = trio.standby();
        HashedAdder machine = (HashedAdder) trio.state(wrong);
        machine.fault = Fault.CLOCK;
        trio.await("both know", () -> {
            trio.add(1);
            return trio.running().stream().allMatch(DisputeTest::isDisputed);
        });
        machine.fault = Fault.NONE;
        primary = trio.primary();
        other = trio.engine(wrong);
    }

    @AfterEach
    void close() {
        trio.close();
    }

    private static boolean isDisputed(Engine engine) {
        return engine.status().counters().get("disputed index") > 0;
    }

    @Test
    void whoIsRebuiltFromThePrimarysSnapshotIsTheSameAndThatIsSeenThoughNothingElseHappens() {
        primary.snapshot().join();
        other.rebuild().join();
        trio.await("nothing is disputed", () -> trio.running().stream().noneMatch(DisputeTest::isDisputed));
        assertThat(trio.running()).allMatch(each -> each.status().applierFailure() == null);
    }

    @Test
    void whoHasNothingButItsOwnIsNotRebuiltFromThat() {
        long before = other.status().appliedIndex();
        other.snapshot().join();
        assertThatThrownBy(() -> other.rebuild().join())
                .hasCauseInstanceOf(EngineException.ActRefused.class)
                .hasMessageContaining("take one there");
        assertThat(isDisputed(other)).isTrue();
        assertThat(other.status().appliedIndex()).isGreaterThanOrEqualTo(before);
        trio.add(1);
    }

    /** What it is started from says so. */
    @Test
    void whatIsDisputedIsSoAfterARestartToo() {
        String name = other.status().node();
        other.snapshot().join();
        trio.close(name);
        Engine again = trio.start(name, new HashedAdder());
        trio.await("it knows", () -> isDisputed(again));
    }
}
