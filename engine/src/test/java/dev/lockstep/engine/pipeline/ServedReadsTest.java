package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.ReadResult;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.testing.MemoryJournal;
import dev.lockstep.storage.FrameRef;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reads that wait for the applier, while the log below them changes. */
final class ServedReadsTest implements StateMachine {
    private static final long NEEDED = 9;

    private final NodeState node = new NodeState();
    private final Applier applier = new Applier(
            1,
            new MemoryJournal(),
            replies -> new AppliedState(this, 0, SessionLimits.STANDARD, replies),
            node,
            new SubmitterLanes(1, 8, 0, () -> {}),
            () -> 0,
            index -> {});
    private final ServedReads reads = new ServedReads(applier);

    private CompletableFuture<ReadResult<Integer>> ask(ReadConsistency consistency) {
        CompletableFuture<ReadResult<Integer>> future = new CompletableFuture<>();
        PendingRead<Integer> read = new PendingRead<>(consistency, () -> 7, future, Long.MAX_VALUE, Runnable::run);
        read.index = NEEDED;
        reads.add(read);
        return future;
    }

    @Test
    void whatAQuorumHasConfirmedGoesOnWaitingWhereTheLogIsCutThatItDoesNotNeed() {
        CompletableFuture<ReadResult<Integer>> read = ask(ReadConsistency.LINEARIZABLE);
        reads.serve(0, 0);
        reads.onRolledBack(NEEDED - 3);
        assertThat(read).isNotDone();
        applier.beginAt(new FrameRef(NEEDED, 1, 1));
        reads.serve(0, NEEDED);
        assertThat(read.join().value()).isEqualTo(7);
    }

    @Test
    void aPositionThatIsCutIsNotWaitedForAndOneBelowTheCutIs() {
        CompletableFuture<ReadResult<Integer>> read = ask(ReadConsistency.atLeast(new Position(NEEDED, 1, 1)));
        reads.serve(0, 0);
        reads.onRolledBack(NEEDED);
        assertThat(read).isNotDone();
        reads.onRolledBack(NEEDED - 1);
        assertThatThrownBy(read::join).hasCauseInstanceOf(EngineException.ReadUnavailable.class);
    }

    @Test
    void aPositionThatIsCutBeforeAnybodyHasTakenTheReadUpIsNotWaitedForEither() {
        CompletableFuture<ReadResult<Integer>> read = ask(ReadConsistency.atLeast(new Position(NEEDED, 1, 1)));
        reads.onRolledBack(NEEDED - 1);
        assertThatThrownBy(read::join).hasCauseInstanceOf(EngineException.ReadUnavailable.class);
    }

    @Test
    void whatWasSeenAheadOfTheCommitIsToldOnceItIsCommitted() {
        applier.beginAt(new FrameRef(NEEDED + 1, 1, 1));
        CompletableFuture<ReadResult<Integer>> read = ask(ReadConsistency.LINEARIZABLE);
        reads.serve(0, 0);
        assertThat(read).isNotDone();
        reads.serve(0, NEEDED);
        assertThat(read).isNotDone();
        reads.serve(0, NEEDED + 1);
        assertThat(read.join().position().index()).isEqualTo(NEEDED + 1);
    }

    @Override
    public void apply(Command command, Reply reply) {
        throw new UnsupportedOperationException("nothing is applied here");
    }

    @Override
    public void save(SnapshotOutput out) {
        throw new UnsupportedOperationException("nothing is saved here");
    }

    @Override
    public void load(SnapshotInput in) {
        throw new UnsupportedOperationException("nothing is loaded here");
    }
}
