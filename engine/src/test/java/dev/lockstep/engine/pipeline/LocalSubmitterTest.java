package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Submitter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a submitter hears, with the hot thread and the applier played by the test. */
final class LocalSubmitterTest {
    private static final int WINDOW = 8;
    private static final int MAX_REPLY = 16;
    private static final UnsafeBuffer BYTES = new UnsafeBuffer(new byte[8]);

    private final NodeState state = new NodeState();
    private final SubmitterLane lane = new SubmitterLane(3, WINDOW, MAX_REPLY);
    private final AtomicLong names = new AtomicLong();
    private final List<String> told = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private boolean isFull;
    private int backPressured;
    private final Submitter submitter = new LocalSubmitter(
            lane,
            this::enter,
            new LocalSubmitter.Shared(
                    1,
                    WINDOW,
                    100,
                    state,
                    names::incrementAndGet,
                    () -> {},
                    new LocalSubmitter.Refusals() {
                        @Override
                        public void onBackPressured() {
                            backPressured++;
                        }

                        @Override
                        public void onNotPrimary() {
                            backPressured += 1_000;
                        }
                    },
                    errors::add),
            () -> {});
    private final FramePlace place = new FramePlace();
    private long session;
    private long entered;

    private int enter(IngressHead head, DirectBuffer payload, int offset, int length) {
        if (isFull) {
            return Entrance.FULL;
        }
        if (head.kind == IngressEntry.OPEN) {
            session = head.session;
            lane.onOpened(session);
        } else if (head.kind == IngressEntry.COMMAND) {
            entered = head.sequence;
        }
        return 0;
    }

    private long offer(Ack ack) {
        return submitter.offer(BYTES, 0, 8, ack);
    }

    private void reply(long sequence, long index) {
        UnsafeBuffer payload = new UnsafeBuffer(new byte[] {(byte) sequence});
        place.set(index, 2, 1).isCommitted = index <= state.committed();
        lane.reply(session, sequence, place, Outcome.APPLIED, 0, payload, 0, 1);
    }

    private List<String> poll() {
        told.clear();
        submitter.poll((id, reply) -> told.add(id + " " + reply.outcome() + " " + reply.reached()));
        return told;
    }

    private void open() {
        state.publishOpen(true);
        state.publish(100, 100);
    }

    @Test
    void nothingIsTakenWhereNobodyIsPrimary() {
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(Submitter.NOT_PRIMARY);
        assertThat(backPressured).isEqualTo(1_000);
        open();
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(1);
        state.close();
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(Submitter.CLOSED);
    }

    @Test
    void asMuchIsTakenAsTheWindowHolds() {
        open();
        for (int i = 1; i <= WINDOW; i++) {
            assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(i);
        }
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(Submitter.BACK_PRESSURED);
        reply(1, 10);
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(Submitter.BACK_PRESSURED);
        assertThat(poll()).containsExactly("1 APPLIED QUORUM_APPENDED");
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(WINDOW + 1);
    }

    @Test
    void aRingThatIsFullLeavesNoTrace() {
        open();
        isFull = true;
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(Submitter.BACK_PRESSURED);
        isFull = false;
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(1);
        isFull = true;
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(Submitter.BACK_PRESSURED);
        isFull = false;
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(2);
        assertThat(entered).isEqualTo(2);
        assertThat(submitter.pending()).isEqualTo(2);
    }

    @Test
    void repliesWaitForTheNotesThatTheirCommandsNeedAndForThoseBeforeThem() {
        open();
        offer(Ack.ALL_APPENDED);
        offer(Ack.LOCAL_APPENDED);
        offer(Ack.QUORUM_APPENDED);
        reply(1, 10);
        reply(3, 12);
        lane.note(session, 2, 11, 2, Ack.LOCAL_APPENDED);
        assertThat(poll()).isEmpty();
        lane.note(session, 1, 10, 2, Ack.ALL_APPENDED);
        assertThat(poll())
                .containsExactly("1 APPLIED ALL_APPENDED", "2 ACCEPTED LOCAL_APPENDED", "3 APPLIED QUORUM_APPENDED");
    }

    @Test
    void aDeadlineSaysHowFarACommandHasCome() {
        open();
        offer(Ack.ALL_FLUSHED);
        offer(Ack.ALL_FLUSHED);
        reply(1, 10);
        lane.note(session, 1, 10, 2, Ack.QUORUM_APPENDED);
        lane.note(session, 2, 11, 2, Ack.LOCAL_APPENDED);
        assertThat(poll()).containsExactly("1 APPLIED QUORUM_APPENDED", "2 UNKNOWN LOCAL_APPENDED");
        for (int i = 3; i <= WINDOW + 1; i++) {
            assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(i);
        }
        assertThat(offer(Ack.QUORUM_APPENDED))
                .as("the reply that is late has its room yet")
                .isEqualTo(Submitter.BACK_PRESSURED);
        reply(2, 11);
        assertThat(poll()).isEmpty();
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(WINDOW + 2);
    }

    @Test
    void whatIsAppliedAheadOfTheCommitIsToldOnceItIsCommitted() {
        open();
        offer(Ack.QUORUM_APPENDED);
        reply(1, 101);
        assertThat(poll()).isEmpty();
        state.publish(101, 101);
        assertThat(poll()).containsExactly("1 APPLIED QUORUM_APPENDED");
    }

    @Test
    void whatWasAppliedAheadOfTheCommitIsUnknownOnceTheReignIsOverWhateverIsCommittedThen() {
        open();
        state.publishMode(true);
        offer(Ack.QUORUM_APPENDED);
        offer(Ack.ALL_APPENDED);
        offer(Ack.LOCAL_APPENDED);
        for (int i = 1; i <= 3; i++) {
            lane.onSequenced(session, i);
            reply(i, 100 + i);
        }
        lane.note(session, 1, 101, 2, Ack.NONE);
        lane.note(session, 2, 102, 2, Ack.NONE);
        lane.end(session);
        state.publish(200, 200);
        assertThat(poll())
                .as("the next reign may have committed something else there")
                .containsExactly("1 UNKNOWN NONE", "2 UNKNOWN NONE", "3 APPLIED LOCAL_APPENDED");
    }

    @Test
    void whatWasOfferedBeforeTheModeChangedIsUnknownToo() {
        open();
        offer(Ack.QUORUM_APPENDED);
        lane.onSequenced(session, 1);
        reply(1, 101);
        lane.end(session);
        state.publish(200, 200);
        assertThat(poll()).containsExactly("1 UNKNOWN NONE");
    }

    @Test
    void whatWasCommittedWhenItWasAppliedIsToldThoughTheReignHasEnded() {
        open();
        offer(Ack.ALL_APPENDED);
        lane.onSequenced(session, 1);
        reply(1, 99);
        lane.note(session, 1, 99, 2, Ack.NONE);
        lane.end(session);
        assertThat(poll()).containsExactly("1 APPLIED QUORUM_APPENDED");
    }

    @Test
    void theEndOfAReignLeavesNothingOpenAndGuessesNothing() {
        open();
        for (int i = 0; i < 4; i++) {
            offer(Ack.QUORUM_APPENDED);
        }
        reply(1, 10);
        lane.onSequenced(session, 1);
        lane.onSequenced(session, 2);
        state.publishOpen(false);
        lane.end(session);
        assertThat(poll())
                .containsExactly(
                        "1 APPLIED QUORUM_APPENDED", "2 UNKNOWN NONE", "3 NOT_APPLIED NONE", "4 NOT_APPLIED NONE");
        assertThat(submitter.pending()).isZero();
    }

    @Test
    void anotherSessionBeginsWhenAllOfTheOneBeforeIsTold() {
        open();
        offer(Ack.QUORUM_APPENDED);
        long first = session;
        lane.onSequenced(first, 1);
        lane.end(first);
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(Submitter.BACK_PRESSURED);
        assertThat(poll()).containsExactly("1 UNKNOWN NONE");
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(2);
        assertThat(session).isNotEqualTo(first);
        assertThat(entered).as("each session counts from one").isEqualTo(1);
        lane.reply(first, 1, place.set(10, 2, 1), Outcome.APPLIED, 0, BYTES, 0, 1);
        assertThat(poll()).as("a reply of the session before").isEmpty();
        reply(1, 12);
        assertThat(poll()).containsExactly("2 APPLIED QUORUM_APPENDED");
    }

    @Test
    void aSessionThatIsNoMoreIsFollowedByAnotherOne() {
        open();
        offer(Ack.QUORUM_APPENDED);
        offer(Ack.QUORUM_APPENDED);
        long first = session;
        refuse(1, 10);
        assertThat(poll()).containsExactly("1 NOT_APPLIED QUORUM_APPENDED");
        assertThat(offer(Ack.QUORUM_APPENDED))
                .as("what is under way is told first")
                .isEqualTo(Submitter.BACK_PRESSURED);
        refuse(2, 11);
        assertThat(poll()).containsExactly("2 NOT_APPLIED QUORUM_APPENDED");
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(3);
        assertThat(session).isNotEqualTo(first);
        reply(1, 12);
        assertThat(poll()).containsExactly("3 APPLIED QUORUM_APPENDED");
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(4);
        assertThat(entered).as("the new session goes on").isEqualTo(2);
    }

    private void refuse(long sequence, long index) {
        place.set(index, 2, 1).isCommitted = true;
        lane.reply(session, sequence, place, Outcome.NOT_APPLIED, 0, BYTES, 0, 0);
    }

    @Test
    void whatIsAppliedAgainOfASessionThatWasClosedIsForNobody() {
        open();
        offer(Ack.QUORUM_APPENDED);
        submitter.close();
        for (int i = 0; i < 100 * WINDOW; i++) {
            reply(1, 10);
            lane.note(session, 1, 10, 2, Ack.ALL_APPENDED);
        }
        assertThat(lane.replies.size()).isZero();
    }

    @Test
    void aListenerMustNotPoll() {
        open();
        offer(Ack.QUORUM_APPENDED);
        reply(1, 10);
        submitter.poll((id, reply) -> submitter.poll((other, another) -> {}));
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> offer(Ack.NONE)).isInstanceOf(IllegalArgumentException.class);
    }
}
