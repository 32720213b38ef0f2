package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Submitter;
import dev.lockstep.storage.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a submitter into frames, with the log and the applier played by the test. */
final class FrameFillerTest {
    private static final int WINDOW = 64;
    private static final int CLOSE_AT = 512;
    private static final int MAX_COMMAND = 1_000;
    private static final int MAX_UNAPPLIED = 20;
    private static final int AWAITED = 8;
    private static final int ALL = Integer.MAX_VALUE;
    private static final String OPENED = "SESSION [16]";

    private final PlayedLog log = new PlayedLog();
    private final NodeState state = new NodeState();
    private final Ingress ingress = new Ingress(64);
    private final SubmitterLanes lanes = new SubmitterLanes(2, WINDOW, 8, () -> {});
    private final AtomicLong names = new AtomicLong();
    private final List<String> told = new ArrayList<>();
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[MAX_COMMAND]);
    private final Submitter submitter = newSubmitter();
    private long applied;
    private long nowNs;
    private final FrameFiller filler = new FrameFiller(
            log,
            lanes,
            new Awaited(AWAITED),
            new FrameFiller.Progress() {
                @Override
                public long appliedIndex() {
                    return applied;
                }

                @Override
                public long committedIndex() {
                    return state.committed();
                }

                @Override
                public long nowNs() {
                    return nowNs;
                }
            },
            new FillerLimits(CLOSE_AT, MAX_COMMAND, MAX_UNAPPLIED, 1_000));

    private Submitter newSubmitter() {
        return newSubmitter(ingress);
    }

    private Submitter newSubmitter(Entrance entrance) {
        LocalSubmitter.Shared shared = new LocalSubmitter.Shared(
                1, WINDOW, MAX_COMMAND, state, names::incrementAndGet, () -> {}, new UncountedRefusals(), e -> {
                    throw new AssertionError(e);
                });
        SubmitterLane lane = lanes.take();
        return new LocalSubmitter(lane, entrance, shared, () -> lanes.giveBack(lane));
    }

    @BeforeEach
    void reign() {
        state.publishOpen(true);
        state.publish(ALL, ALL);
        filler.onPrimary(true);
    }

    private void endReign() {
        log.isOpen = false;
        filler.onPrimary(false);
    }

    private void offer(int... lengths) {
        for (int length : lengths) {
            assertThat(submitter.offer(bytes, 0, length)).isPositive();
        }
    }

    private List<String> poll() {
        told.clear();
        submitter.poll((id, reply) -> told.add(id + " " + reply.outcome()));
        return told;
    }

    @Test
    void aCommandAloneIsProposedAtOnceAndThoseThatWaitTogether() {
        offer(100);
        assertThat(filler.drain(ingress, ALL)).isEqualTo(2);
        assertThat(log.frames).containsExactly(OPENED, "COMMANDS [100]");

        offer(1, 0, 3);
        assertThat(filler.drain(ingress, ALL)).isEqualTo(3);
        assertThat(log.frames).endsWith("COMMANDS [1, 0, 3]").hasSize(3);
        assertThat(filler.framesProposed()).isEqualTo(3);
        assertThat(filler.commandsProposed()).isEqualTo(5);
    }

    @Test
    void whoWaitsForTheDeviceIsToldOfOnce() {
        offer(1);
        filler.drain(ingress, ALL);
        assertThat(filler.takeFlushAwaited()).isFalse();
        submitter.offer(bytes, 0, 1, Ack.ALL_APPENDED);
        submitter.offer(bytes, 0, 1, Ack.QUORUM_FLUSHED);
        submitter.offer(bytes, 0, 1);
        filler.drain(ingress, ALL);
        assertThat(filler.takeFlushAwaited()).isTrue();
        assertThat(filler.takeFlushAwaited()).isFalse();
    }

    @Test
    void aFrameClosesBeforeWhatDoesNotFitAndTheLongestCommandHasOneOfItsOwn() {
        offer(200, 100, MAX_COMMAND, 200, 200, 0);
        filler.drain(ingress, ALL);
        assertThat(log.frames)
                .containsExactly(
                        OPENED,
                        "COMMANDS [200, 100]",
                        "COMMANDS [" + MAX_COMMAND + "]",
                        "COMMANDS [200, 200]",
                        "COMMANDS [0]");
    }

    @Test
    void itTakesNoMoreThanItIsToldTo() {
        offer(1, 2, 3);
        assertThat(filler.drain(ingress, 3)).isEqualTo(3);
        assertThat(log.frames).containsExactly(OPENED, "COMMANDS [1, 2]");
        assertThat(filler.drain(ingress, 3)).isEqualTo(1);
        assertThat(log.frames).endsWith("COMMANDS [3]");
    }

    @Test
    void whereThereIsNoRoomTheFrameIsProposedLaterAsItIs() {
        offer(1, 2);
        log.hasRoom = false;
        filler.drain(ingress, ALL);
        filler.drain(ingress, ALL);
        assertThat(log.frames).isEmpty();
        assertThat(poll()).isEmpty();

        log.hasRoom = true;
        filler.drain(ingress, ALL);
        assertThat(log.frames).containsExactly(OPENED, "COMMANDS [1, 2]");
    }

    @Test
    void whatWasSentIsUnknownIfTheReignEndsWhileItIsProposed() {
        offer(1);
        filler.drain(ingress, ALL);
        offer(2, 3);
        log.afterSending = this::endReign;
        filler.drain(ingress, ALL);
        assertThat(log.frames).endsWith("COMMANDS [2, 3]");
        assertThat(poll()).containsExactly("1 UNKNOWN", "2 UNKNOWN", "3 UNKNOWN");
    }

    @Test
    void whatWasSentIsUnknownIfTheNodeStopsWhileItIsProposed() {
        offer(1);
        log.afterSending = () -> {
            if (log.frames.size() == 2) {
                throw new IllegalStateException("the journal has failed");
            }
        };
        assertThatThrownBy(() -> filler.drain(ingress, ALL)).hasMessage("the journal has failed");
        endReign(); // as whoever closes the node does
        assertThat(log.frames).endsWith("COMMANDS [1]");
        assertThat(poll()).containsExactly("1 UNKNOWN");
    }

    @Test
    void whatAnOfferHasThrownStopsTheNodeThoughTheApplicationCatchesIt() {
        Submitter direct = newSubmitter(filler);
        assertThat(direct.offer(bytes, 0, MAX_COMMAND)).isPositive();
        log.afterSending = () -> {
            throw new AssertionError("the journal has failed");
        };
        assertThatThrownBy(() -> direct.offer(bytes, 0, 1)).hasMessage("the journal has failed");
        log.afterSending = () -> {};
        int sent = log.frames.size();
        assertThat(direct.offer(bytes, 0, 1)).isEqualTo(Submitter.BACK_PRESSURED);
        assertThatThrownBy(filler::proposeOwn).hasMessage("the journal has failed");
        assertThat(log.frames).hasSize(sent);
    }

    @Test
    void nobodyButTheThreadThatFillsTheFramesPutsSomethingIntoOneAtOnce() throws InterruptedException {
        Submitter direct = newSubmitter(filler);
        filler.drain(ingress, ALL);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread other = new Thread(() -> {
            try {
                direct.offer(bytes, 0, 1);
            } catch (Invariant.Violation e) {
                thrown.set(e);
            }
        });
        other.start();
        other.join();
        assertThat(thrown.get()).hasMessageContaining("belongs to thread");
        filler.drain(ingress, ALL);
        assertThat(log.frames).isEmpty();
    }

    @Test
    void whatWasNotProposedWhenTheReignEndsIsNotApplied() {
        offer(1);
        filler.drain(ingress, ALL);
        offer(2, 3);
        endReign();
        filler.drain(ingress, ALL);
        assertThat(log.frames).containsExactly(OPENED, "COMMANDS [1]");
        assertThat(poll()).containsExactly("1 UNKNOWN", "2 NOT_APPLIED", "3 NOT_APPLIED");
    }

    @Test
    void aFrameThatFoundNoRoomMayBeSaidToBeUnknownButNeverComesInALaterReign() {
        offer(1);
        filler.drain(ingress, ALL);
        log.hasRoom = false;
        offer(2);
        filler.drain(ingress, ALL);
        endReign();
        log.isOpen = true;
        log.hasRoom = true;
        filler.onPrimary(true);
        filler.drain(ingress, ALL);
        assertThat(log.frames).containsExactly(OPENED, "COMMANDS [1]");
        assertThat(poll()).containsExactly("1 UNKNOWN", "2 UNKNOWN");

        offer(3);
        filler.drain(ingress, ALL);
        assertThat(log.frames).endsWith(OPENED, "COMMANDS [3]");
    }

    @Test
    void anApplierThatIsBehindHoldsUpWhatWouldComeNext() {
        for (int i = 0; i < MAX_UNAPPLIED + 5; i++) {
            offer(1);
            filler.drain(ingress, ALL);
        }
        assertThat(log.last).isEqualTo(MAX_UNAPPLIED);
        applied = MAX_UNAPPLIED;
        filler.drain(ingress, ALL);
        assertThat(log.last).isEqualTo(MAX_UNAPPLIED + 5 + 1);
    }

    @Test
    void howFarALogOnceWentThatWasCutHoldsUpNobodyInALaterReign() {
        log.last = 5_000_000;
        applied = log.last;
        offer(1);
        filler.drain(ingress, ALL);
        endReign();
        poll();
        log.isOpen = true;
        log.last = 1_000;
        applied = log.last;
        filler.onPrimary(true);
        offer(2);
        filler.drain(ingress, ALL);
        assertThat(log.frames).endsWith(OPENED, "COMMANDS [2]");
    }

    @Test
    void noMoreWaitForALevelThanThereIsRoomFor() {
        for (int i = 0; i < AWAITED + 2; i++) {
            assertThat(submitter.offer(bytes, 0, 1, Ack.ALL_APPENDED)).isPositive();
        }
        filler.drain(ingress, ALL);
        assertThat(log.waiting).hasSize(AWAITED);
        assertThat(log.last).isEqualTo(AWAITED + 1);
        assertThat(filler.drain(ingress, ALL)).isZero();
    }

    @Test
    void whoCannotWaitForALevelIsToldThatNothingIsKnown() {
        log.isAwaitFull = true;
        assertThat(submitter.offer(bytes, 0, 1, Ack.LOCAL_FLUSHED)).isPositive();
        filler.drain(ingress, ALL);
        assertThat(log.last).isEqualTo(2);
        assertThat(poll()).containsExactly("1 UNKNOWN");
    }

    /** Or the command's frame, of a much later time, would let its session expire. */
    @Test
    void whenTheNodeHasStoodStillSessionsAreRenewedBeforeAnyCommandIsTaken() {
        offer(1);
        filler.drain(ingress, ALL);
        nowNs += 2 * SessionLimits.STANDARD.timeoutNs();
        offer(2);
        log.hasRoom = false;
        filler.drain(ingress, ALL);
        log.hasRoom = true;
        filler.drain(ingress, ALL);
        assertThat(log.frames).containsExactly(OPENED, "COMMANDS [1]", "SESSION [16]", "COMMANDS [2]");
    }

    @Test
    void anApplierThatIsBehindHoldsUpTheRenewalAndWithItWhatWouldLetTheSessionExpire() {
        for (int i = 0; i < MAX_UNAPPLIED; i++) {
            offer(1);
            filler.drain(ingress, ALL);
        }
        nowNs += SessionLimits.STANDARD.timeoutNs();
        offer(2);
        filler.drain(ingress, ALL);
        assertThat(log.last).isEqualTo(MAX_UNAPPLIED);
        applied = log.last;
        filler.drain(ingress, ALL);
        assertThat(log.frames).endsWith("SESSION [16]", "COMMANDS [1, 2]");
    }

    @Test
    void aSessionIsRenewedBeforeItWouldExpireAndNotAfterItsEnd() {
        offer(1);
        filler.drain(ingress, ALL);
        nowNs += SessionLimits.STANDARD.timeoutNs() / 4 - 1;
        filler.drain(ingress, ALL);
        assertThat(log.frames).hasSize(2);
        nowNs++;
        filler.drain(ingress, ALL);
        assertThat(log.frames).hasSize(3).endsWith("SESSION [16]");

        submitter.close();
        filler.drain(ingress, ALL);
        assertThat(log.frames).hasSize(4);
        nowNs += SessionLimits.STANDARD.timeoutNs();
        filler.drain(ingress, ALL);
        assertThat(log.frames).hasSize(4);
    }
}
