package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.replica.Checkpoint;
import dev.lockstep.engine.replica.CheckpointVotes;
import dev.lockstep.engine.replica.Skip;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class CheckpointsTest implements StateMachine {
    private static final long INTERVAL_NS = 1_000;

    private final Checkpoints checkpoints = new Checkpoints(INTERVAL_NS);
    private final AppliedState state =
            new AppliedState(this, 64, SessionLimits.STANDARD, checkpoints, (session, sequence, isSilent, reply) -> {});
    private final FrameEncoder encoder = new FrameEncoder(1 << 12, 1 << 10);
    private final Frame frame = new Frame();
    private long hash = 7;
    private int asked;
    private long last;
    private long timeNs = INTERVAL_NS;

    @Override
    public long hash() {
        asked++;
        return hash;
    }

    @Override
    public void apply(Command command, Reply reply) {
        throw new UnsupportedOperationException("not here");
    }

    @Override
    public void save(SnapshotOutput out) {
        throw new UnsupportedOperationException("not here");
    }

    @Override
    public void load(SnapshotInput in) {
        throw new UnsupportedOperationException("not here");
    }

    private void apply(FrameType type, CheckpointVotes votes) {
        encoder.start(type).term(1).after(last, 0).clusterTimeNs(timeNs).stateMachineVersion(1);
        if (votes != null) {
            int length = CheckpointVotes.lengthOf(votes.nodes().length);
            UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
            votes.encode(bytes, 0);
            encoder.add(bytes, 0, length);
        }
        encoder.seal();
        frame.wrap(encoder.buffer(), 0);
        state.onFrame(frame, 1);
        if (votes != null) {
            frame.rewind();
            frame.nextCommand();
            state.applyEntry(frame);
        }
        state.onEnd(type);
        last = frame.lastIndex();
    }

    private static CheckpointVotes votes(long index, long... hashes) {
        int[] nodes = new int[hashes.length];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = i + 1;
        }
        return new CheckpointVotes(index, 2, nodes.length, nodes, new long[nodes.length], hashes);
    }

    @Test
    void theStateIsSummedUpAtTheFirstFrameOfAnIntervalButWhereThatCompares() {
        apply(FrameType.TIMER, null);
        assertThat(checkpoints.newest()).isEqualTo(new Checkpoint(1, 7));
        timeNs += INTERVAL_NS - 1;
        apply(FrameType.TIMER, null);
        assertThat(asked).isOne();
        timeNs += INTERVAL_NS;
        apply(FrameType.CHECKPOINT, votes(1, 7));
        assertThat(asked).isOne();
        hash = 8;
        timeNs += INTERVAL_NS;
        apply(FrameType.SESSION, null);
        assertThat(checkpoints.newest()).isEqualTo(new Checkpoint(4, 8));
    }

    @Test
    void aFrameThatAnotherThreadGoesOnWithIsOfTheSameInterval() {
        apply(FrameType.TIMER, null);
        timeNs += INTERVAL_NS;
        encoder.start(FrameType.TIMER)
                .term(1)
                .after(last, 0)
                .clusterTimeNs(timeNs)
                .stateMachineVersion(1);
        encoder.seal();
        frame.wrap(encoder.buffer(), 0);
        state.onFrame(frame, 1);
        state.onFrame(frame, 1);
        state.onEnd(FrameType.TIMER);
        assertThat(checkpoints.newest().index()).isEqualTo(2);
    }

    @Test
    void aStateMachineThatSaysNothingOfItsStateIsNotCompared() {
        hash = NO_HASH;
        apply(FrameType.TIMER, null);
        assertThat(checkpoints.newest()).isEqualTo(Checkpoint.NONE);
        apply(FrameType.CHECKPOINT, votes(1, 7, 7, 7));
        assertThat(state.takeVerdict()).isNull();
    }

    @Test
    void whoSaysTheSameAsMostIsSound() {
        apply(FrameType.TIMER, null);
        apply(FrameType.CHECKPOINT, votes(1, 7, 9, 7));
        assertThat(state.takeVerdict()).isNull();
    }

    @Test
    void whoSaysSomethingElseThanMostHasDriftedAndKnowsSinceWhen() {
        apply(FrameType.TIMER, null);
        apply(FrameType.CHECKPOINT, votes(1, 7, 7, 7));
        timeNs += INTERVAL_NS;
        apply(FrameType.TIMER, null);
        apply(FrameType.CHECKPOINT, votes(3, 7, 9, 9));
        Checkpoints.Verdict verdict = state.takeVerdict();
        assertThat(verdict.lastSoundIndex()).isOne();
        assertThat(verdict.ownHash()).isEqualTo(7);
        assertThat(verdict.votes()).hasToString("at index 3: node 1 says 7, node 2 says 9, node 3 says 9");
        assertThat(state.takeVerdict()).as("it is told once").isNull();
    }

    @Test
    void whereTooFewSayTheSameNobodyIsKnownToBeWrong() {
        apply(FrameType.TIMER, null);
        apply(FrameType.CHECKPOINT, votes(1, 7, 8, 9));
        assertThat(state.takeVerdict()).isNull();
        assertThat(checkpoints.dispute()).hasToString("at index 1: node 1 says 7, node 2 says 8, node 3 says 9");
        assertThat(checkpoints.lastSoundIndex()).isZero();
        apply(FrameType.CHECKPOINT, votes(1, 7));
        assertThat(state.takeVerdict()).isNull();
        assertThat(checkpoints.dispute()).as("one alone settles nothing").isNotNull();
    }

    @Test
    void aDisputeLastsUntilMostSayTheSame() {
        apply(FrameType.TIMER, null);
        apply(FrameType.CHECKPOINT, votes(1, 7, 8));
        timeNs += INTERVAL_NS;
        apply(FrameType.TIMER, null);
        apply(FrameType.CHECKPOINT, votes(3, 7, 7));
        assertThat(checkpoints.dispute()).isNull();
        assertThat(checkpoints.lastSoundIndex()).isEqualTo(3);
    }

    /** Whoever loads a snapshot in between saves what all save. */
    @Test
    void thatIsSoForWhoWasNotThereToo() {
        apply(FrameType.TIMER, null);
        apply(FrameType.CHECKPOINT, votes(1, 7, 8));
        apply(FrameType.CHECKPOINT, votes(2, 7, 7));
        assertThat(checkpoints.dispute()).isNull();
        assertThat(checkpoints.lastSoundIndex()).isZero();
    }

    @Test
    void whatIsDecidedOfBeforeSettlesNothing() {
        apply(FrameType.TIMER, null);
        timeNs += INTERVAL_NS;
        apply(FrameType.TIMER, null);
        apply(FrameType.CHECKPOINT, votes(2, 7, 8));
        apply(FrameType.CHECKPOINT, votes(1, 7, 8, 7));
        assertThat(checkpoints.dispute().index()).isEqualTo(2);
        assertThat(checkpoints.lastSoundIndex()).isOne();
        apply(FrameType.CHECKPOINT, votes(2, 7, 8, 7));
        assertThat(checkpoints.dispute()).isNull();
    }

    @Test
    void whereNothingIsComparedAnyMoreNothingIsDisputed() {
        apply(FrameType.TIMER, null);
        apply(FrameType.CHECKPOINT, votes(1, 7, 8));
        assertThat(checkpoints.dispute()).isNotNull();
        hash = NO_HASH;
        timeNs += INTERVAL_NS;
        apply(FrameType.TIMER, null);
        assertThat(checkpoints.dispute()).isNull();
    }

    @Test
    void whatAnObserverSaysIsNotCounted() {
        apply(FrameType.TIMER, null);
        CheckpointVotes votes = new CheckpointVotes(1, 2, 2, new int[] {1, 2, 3}, new long[3], new long[] {7, 8, 8});
        apply(FrameType.CHECKPOINT, votes);
        assertThat(state.takeVerdict()).isNull();
        assertThat(checkpoints.dispute()).hasToString("at index 1: node 1 says 7, node 2 says 8, observer 3 says 8");
    }

    /** Who starts from a snapshot would take what it has for right. */
    @Test
    void whatIsDisputedIsSavedAndLoaded() {
        MemoryBytes saved = new MemoryBytes();
        BufferedSnapshotOutput out = saved.output(16);
        DisputeCodec.save(votes(1, 7, 8, 9), out);
        DisputeCodec.save(null, out);
        out.flush();
        BufferedSnapshotInput in = MemoryBytes.input(saved.toByteArray(), 5, 16);
        state.parts().checkpoints().dispute(DisputeCodec.load(in));
        assertThat(checkpoints.dispute()).hasToString("at index 1: node 1 says 7, node 2 says 8, node 3 says 9");
        state.parts().checkpoints().dispute(DisputeCodec.load(in));
        assertThat(checkpoints.dispute()).isNull();
        assertThat(in.isAtEnd()).isTrue();
    }

    @Test
    void whatCannotBeDisputedIsRefused() {
        int votesAt = 2 * Integer.BYTES;
        for (int[] wrong :
                new int[][] {{0, 2}, {Integer.BYTES, -1}, {Integer.BYTES, 1 << 20}, {votesAt + 12, 5}, {votesAt + 16, 4}
                }) {
            MemoryBytes saved = new MemoryBytes();
            BufferedSnapshotOutput out = saved.output(16);
            DisputeCodec.save(votes(1, 7, 8, 9), out);
            out.flush();
            UnsafeBuffer bytes = new UnsafeBuffer(saved.toByteArray());
            bytes.putInt(wrong[0], wrong[1]);
            BufferedSnapshotInput in = MemoryBytes.input(bytes.byteArray(), 5, 16);
            assertThatThrownBy(() -> DisputeCodec.load(in))
                    .isInstanceOf(EngineException.BadSnapshot.class)
                    .hasMessageContaining("what is disputed cannot be");
        }
    }

    @Test
    void whoDoesNotKnowWhatItWasThereIsNotJudged() {
        apply(FrameType.TIMER, null);
        state.clear();
        last = 1;
        apply(FrameType.CHECKPOINT, votes(1, 9, 9, 9));
        assertThat(state.takeVerdict()).isNull();
    }

    @Test
    void whatWasComparedBeforeACommandWasSkippedThatItHadAlreadyProvesNothing() {
        apply(FrameType.TIMER, null);
        state.obey(Skips.of(List.of(new Skip(1, 5, null, "why"))));
        apply(FrameType.CHECKPOINT, votes(1, 9, 9, 9));
        assertThat(state.takeVerdict()).isNull();
        last = 5;
        timeNs += INTERVAL_NS;
        apply(FrameType.TIMER, null);
        apply(FrameType.CHECKPOINT, votes(6, 9, 9, 9));
        assertThat(state.takeVerdict()).isNotNull();
    }

    @Test
    void votesThatAnotherVersionWroteAreRefused() {
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[200]);
        int length = votes(1, 2, 3, 4).encode(bytes, 0);
        assertThat(CheckpointVotes.decode(bytes, 0, length))
                .hasToString(votes(1, 2, 3, 4).toString());
        for (int wrong : new int[] {0, 8, 23, length - 1, length + 1}) {
            assertThatThrownBy(() -> CheckpointVotes.decode(bytes, 0, wrong)).hasMessageContaining("another version");
        }
        bytes.putInt(12, -1);
        assertThatThrownBy(() -> CheckpointVotes.decode(bytes, 0, length)).hasMessageContaining("another version");
        bytes.putInt(12, Integer.MAX_VALUE);
        assertThatThrownBy(() -> CheckpointVotes.decode(bytes, 0, length)).hasMessageContaining("another version");
    }
}
