package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.replica.Skip;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exactly once, whatever stands in the log (PROTOCOL I, safety 20). */
final class AppliedStateTest implements StateMachine {
    private static final long SESSION = 77;
    private static final long SECOND_NS = 1_000_000_000L;

    private final List<Long> applied = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final FrameEncoder encoder = new FrameEncoder(1 << 16, 1 << 10);
    private final Frame frame = new Frame();
    private final AppliedState state = new AppliedState(
            this,
            64,
            SessionLimits.STANDARD,
            (session, sequence, isSilent, reply) -> told.add(sequence + " " + reply.outcome() + " "
                    + (reply.length() > 0 ? reply.payload().getLong(0) : -1)));
    private long last;
    private long timeNs = SECOND_NS;

    @Override
    public void apply(Command command, Reply reply) {
        assertThat(command.index()).isEqualTo(last);
        assertThat(command.clusterTimeNs()).isEqualTo(timeNs);
        applied.add(command.payload().getLong(0));
        reply.putLong(command.payload().getLong(0) * 10);
    }

    @Override
    public void save(SnapshotOutput out) {
        throw new UnsupportedOperationException("not here");
    }

    @Override
    public void load(SnapshotInput in) {
        throw new UnsupportedOperationException("not here");
    }

    private void begin(FrameType type) {
        encoder.start(type).term(3).after(last, 0).clusterTimeNs(timeNs).stateMachineVersion(1);
    }

    private void apply() {
        encoder.seal();
        frame.wrap(encoder.buffer(), 0);
        state.onFrame(frame, 1);
        last = frame.lastIndex() - Math.max(0, frame.commandCount() - 1);
        frame.rewind();
        while (frame.nextCommand()) {
            last = frame.commandIndex();
            state.applyEntry(frame);
        }
        last = frame.lastIndex();
    }

    private void act(int kind) {
        begin(FrameType.SESSION);
        CommandHead.writeSession(encoder.buffer(), encoder.claim(CommandHead.SESSION_LENGTH), SESSION, kind);
        apply();
    }

    private void command(long sequence, long value, long expectedIndex) {
        begin(FrameType.COMMANDS);
        int at = encoder.claim(CommandHead.LENGTH + Long.BYTES);
        CommandHead.write(encoder.buffer(), at, SESSION, sequence, false, expectedIndex);
        encoder.buffer().putLong(at + CommandHead.LENGTH, value);
        apply();
    }

    @Test
    void aCommandThatComesAgainIsAnsweredAndNotApplied() {
        act(IngressEntry.OPEN);
        command(1, 5, -1);
        command(2, 6, -1);
        command(1, 5, -1);
        command(2, 6, -1);
        assertThat(applied).containsExactly(5L, 6L);
        assertThat(told).containsExactly("1 APPLIED 50", "2 APPLIED 60", "1 APPLIED 50", "2 APPLIED 60");
    }

    @Test
    void aGapIsNotApplied() {
        act(IngressEntry.OPEN);
        command(2, 6, -1);
        command(1, 5, -1);
        command(2, 6, -1);
        assertThat(applied).containsExactly(5L, 6L);
        assertThat(told).containsExactly("2 NOT_APPLIED -1", "1 APPLIED 50", "2 APPLIED 60");
    }

    @Test
    void nobodyIsHeardWhoseSessionIsNotThereOrHasEndedOrWasIdleForTooLong() {
        command(1, 5, -1);
        act(IngressEntry.OPEN);
        act(IngressEntry.CLOSE);
        command(1, 5, -1);
        act(IngressEntry.OPEN);
        timeNs += SessionLimits.STANDARD.timeoutNs();
        command(1, 5, -1);
        assertThat(applied).isEmpty();
        assertThat(told).hasSize(3).allMatch(each -> each.equals("1 NOT_APPLIED -1"));
    }

    @Test
    void aSessionLivesOnIfItIsRenewedOrAnotherReignBegins() {
        act(IngressEntry.OPEN);
        timeNs += SessionLimits.STANDARD.timeoutNs() - 1;
        act(IngressEntry.RENEW);
        timeNs += SessionLimits.STANDARD.timeoutNs() - 1;
        begin(FrameType.NO_OP);
        apply();
        timeNs += SessionLimits.STANDARD.timeoutNs() - 1;
        command(1, 5, -1);
        assertThat(applied).containsExactly(5L);
    }

    /** Whoever makes frames may have stood still, for however long: then the log says who lives before anybody expires. */
    @Test
    void aSessionThatIsRenewedOrAnotherReignBeginsWithLivesOnHoweverMuchTimeHasPassed() {
        act(IngressEntry.OPEN);
        timeNs += 3 * SessionLimits.STANDARD.timeoutNs();
        act(IngressEntry.RENEW);
        command(1, 5, -1);
        timeNs += 3 * SessionLimits.STANDARD.timeoutNs();
        begin(FrameType.NO_OP);
        apply();
        command(2, 6, -1);
        assertThat(applied).containsExactly(5L, 6L);
    }

    @Test
    void whatAConfigCarriesIsNoCommandAndWhatFramesCarryThatShouldNotIsAnError() {
        begin(FrameType.CONFIG);
        encoder.claim(CommandHead.LENGTH);
        apply();
        assertThat(told).isEmpty();
        begin(FrameType.TIMER);
        encoder.claim(CommandHead.LENGTH);
        assertThatThrownBy(this::apply).hasMessageContaining("TIMER");
    }

    /** Safety 32: what is left out counts in its session all the same, so that what follows it is no gap. */
    @Test
    void aCommandThatIsSkippedIsNotAppliedHoweverOftenItComesAndWhatFollowsIs() {
        act(IngressEntry.OPEN);
        state.obey(Skips.of(List.of(new Skip(last + 2, last + 9, null, "why"))));
        command(1, 5, -1);
        command(2, 6, -1);
        command(2, 6, -1);
        command(3, 7, last - 2);
        assertThat(applied).containsExactly(5L, 7L);
        assertThat(told).containsExactly("1 APPLIED 50", "2 SKIPPED -1", "2 SKIPPED -1", "3 APPLIED 70");
    }

    @Test
    void whatWasOutdatedOnceIsNotAppliedWhenItComesAgain() {
        act(IngressEntry.OPEN);
        command(1, 5, -1);
        command(2, 6, 1);
        command(2, 6, 1);
        command(3, 7, last);
        assertThat(applied).containsExactly(5L, 7L);
        assertThat(told).containsExactly("1 APPLIED 50", "2 OUTDATED -1", "2 OUTDATED -1", "3 APPLIED 70");
    }
}
