package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Position;
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
    private int givenBack;
    private final Submitter submitter = newSubmitter();
    private final FramePlace place = new FramePlace();
    private long session;
    private long entered;

    private Submitter newSubmitter() {
        LocalSubmitter.Refusals refusals = new LocalSubmitter.Refusals() {
            @Override
            public void onBackPressured() {
                backPressured++;
            }

            @Override
            public void onNotPrimary() {
                backPressured += 1_000;
            }
        };
        return new LocalSubmitter(
                lane,
                this::enter,
                new LocalSubmitter.Shared(
                        1, WINDOW, 100, state, names::incrementAndGet, () -> {}, refusals, errors::add),
                () -> givenBack++);
    }

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

    private void note(long sequence, long index, Ack reached) {
        lane.note(session, sequence, place.set(index, 2, 5), reached);
    }

    private void reply(long sequence, long index) {
        UnsafeBuffer payload = new UnsafeBuffer(new byte[] {(byte) sequence});
        lane.reply(session, sequence, place.set(index, 2, 1), Outcome.APPLIED, 0, payload, 0, 1);
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
        note(2, 11, Ack.LOCAL_APPENDED);
        assertThat(poll()).isEmpty();
        note(1, 10, Ack.ALL_APPENDED);
        assertThat(poll())
                .containsExactly("1 APPLIED ALL_APPENDED", "2 ACCEPTED LOCAL_APPENDED", "3 APPLIED QUORUM_APPENDED");
    }

    @Test
    void aDeadlineSaysHowFarACommandHasCome() {
        open();
        offer(Ack.ALL_FLUSHED);
        offer(Ack.ALL_FLUSHED);
        reply(1, 10);
        note(1, 10, Ack.QUORUM_APPENDED);
        note(2, 11, Ack.LOCAL_APPENDED);
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
    void whenAllWereToldBeforeTheirRepliesCameTheRoomComesBackWithTheseThoughNobodyPolls() {
        open();
        fillWithoutReplies();
        assertThat(submitter.pending()).isZero();
        assertThat(offer(Ack.QUORUM_FLUSHED)).isEqualTo(Submitter.BACK_PRESSURED);
        reply(1, 11);
        reply(2, 12);
        assertThat(offer(Ack.QUORUM_FLUSHED)).isEqualTo(WINDOW + 1);
        assertThat(offer(Ack.QUORUM_FLUSHED)).isEqualTo(WINDOW + 2);
        assertThat(offer(Ack.QUORUM_FLUSHED)).isEqualTo(Submitter.BACK_PRESSURED);
        for (int sequence = 3; sequence <= WINDOW; sequence++) {
            reply(sequence, 10 + sequence);
        }
        assertThat(poll()).isEmpty();
        lane.note(session, WINDOW + 1, new FramePlace().set(30, 2, 1), Ack.QUORUM_FLUSHED);
        reply(WINDOW + 1, 30);
        assertThat(poll()).containsExactly(WINDOW + 1 + " APPLIED QUORUM_FLUSHED");
    }

    @Test
    void aSessionThatHasEndedHoldsBackNoRoomForRepliesThatNeverCome() {
        open();
        fillWithoutReplies();
        lane.end(session, state.committed());
        assertThat(offer(Ack.QUORUM_FLUSHED)).isEqualTo(WINDOW + 1);
        assertThat(entered).isEqualTo(1);
    }

    /** Each is told at its deadline. */
    private void fillWithoutReplies() {
        for (int sequence = 1; sequence <= WINDOW; sequence++) {
            assertThat(offer(Ack.QUORUM_FLUSHED)).isEqualTo(sequence);
            lane.note(session, sequence, new FramePlace().set(10 + sequence, 2, 1), Ack.LOCAL_APPENDED);
        }
        assertThat(poll()).hasSize(WINDOW).allMatch(each -> each.endsWith("UNKNOWN LOCAL_APPENDED"));
    }

    @Test
    void aListenerOffersBehindTheReplyThatItLooksAtAndLosesNone() {
        open();
        offer(Ack.QUORUM_APPENDED);
        reply(1, 10);
        lane.onSequenced(session, 1);
        lane.end(session, state.committed());
        List<Long> offered = new ArrayList<>();
        submitter.poll((id, reply) -> {
            offered.add(offer(Ack.QUORUM_APPENDED));
            reply(1, 11);
        });
        assertThat(offered).as("its reply lies in the lane yet").containsExactly(Submitter.BACK_PRESSURED);
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(2);
        reply(1, 12);
        assertThat(poll()).containsExactly("2 APPLIED QUORUM_APPENDED");
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

    /** The mode was another one when it was offered than when it was applied, and others have filled its place. */
    @Test
    void whatWasAppliedAheadOfTheCommitIsUnknownIfItsReignHasEndedHoweverMuchIsCommittedSince() {
        open();
        offer(Ack.QUORUM_APPENDED);
        reply(1, 150);
        lane.onSequenced(session, 1);
        lane.end(session, 100);
        state.publish(160, 160);
        assertThat(poll()).containsExactly("1 UNKNOWN NONE");
    }

    @Test
    void inAsyncWhatWasAppliedIsUnknownIfItsReignHasEndedBeforeItWasCommitted() {
        open();
        state.publishMode(true);
        for (int sequence = 1; sequence <= 3; sequence++) {
            offer(Ack.QUORUM_APPENDED);
            lane.onSequenced(session, sequence);
            reply(sequence, 99 + sequence);
        }
        lane.note(session, 1, new FramePlace().set(100, 2, 1), Ack.QUORUM_APPENDED);
        lane.note(session, 2, new FramePlace().set(101, 2, 1), Ack.NONE);
        lane.note(session, 3, new FramePlace().set(102, 2, 1), Ack.NONE);
        assertThat(poll()).containsExactly("1 APPLIED QUORUM_APPENDED", "2 UNKNOWN NONE", "3 UNKNOWN NONE");
        lane.end(session, 100);
        state.publish(160, 160);
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(4);
        lane.note(session, 1, new FramePlace().set(161, 4, 1), Ack.LOCAL_APPENDED);
        reply(1, 161);
        assertThat(poll()).containsExactly("4 APPLIED LOCAL_APPENDED");
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
        lane.end(session, state.committed());
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
        lane.end(first, state.committed());
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
    void anotherSessionBeginsWhenCommandsOfTheOneBeforeAreNotAppliedAnyMore() {
        open();
        offer(Ack.QUORUM_APPENDED);
        offer(Ack.QUORUM_APPENDED);
        long first = session;
        for (int sequence = 1; sequence <= 2; sequence++) {
            lane.refuse(first);
            lane.reply(first, sequence, place.set(10, 2, 1), Outcome.NOT_APPLIED, 0, BYTES, 0, 0);
        }
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(Submitter.BACK_PRESSURED);
        assertThat(poll()).containsExactly("1 NOT_APPLIED QUORUM_APPENDED", "2 NOT_APPLIED QUORUM_APPENDED");
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(3);
        assertThat(session).isNotEqualTo(first);
        reply(1, 12);
        assertThat(poll()).containsExactly("3 APPLIED QUORUM_APPENDED");
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

    @Test
    void whatIsOnlyAcceptedHasAPositionToo() {
        open();
        offer(Ack.LOCAL_APPENDED);
        note(1, 10, Ack.LOCAL_APPENDED);
        List<Position> positions = new ArrayList<>();
        submitter.poll((id, reply) -> positions.add(reply.position()));
        assertThat(positions).containsExactly(new Position(10, 2, 5));
    }

    @Test
    void aClosedSubmitterLeavesTheRepliesToWhoeverHasItsLaneNow() {
        open();
        offer(Ack.QUORUM_APPENDED);
        submitter.close();
        submitter.close();
        assertThat(givenBack).isEqualTo(1);
        assertThat(submitter.pending()).as("nothing more comes").isZero();
        Submitter other = newSubmitter();
        assertThat(other.offer(BYTES, 0, 8)).isEqualTo(1);
        reply(1, 10);
        assertThat(poll()).isEmpty();
        assertThat(other.poll((id, reply) -> told.add(id + " " + reply.outcome())))
                .isEqualTo(1);
        assertThat(told).containsExactly("1 APPLIED");
    }

    @Test
    void aListenerMayCloseTheSubmitterThatCallsIt() {
        open();
        offer(Ack.QUORUM_APPENDED);
        offer(Ack.QUORUM_APPENDED);
        reply(1, 10);
        reply(2, 11);
        int polled = submitter.poll((id, reply) -> {
            submitter.close();
            assertThat(givenBack).as("it reads there yet").isZero();
            told.add(id + " " + reply.payload().getByte(0));
        });
        assertThat(errors).isEmpty();
        assertThat(told).containsExactly("1 1");
        assertThat(polled).isEqualTo(1);
        assertThat(givenBack).isEqualTo(1);
        assertThat(offer(Ack.QUORUM_APPENDED)).isEqualTo(Submitter.CLOSED);
    }

    @Test
    void nobodyElseLooksAtASubmitterOrClosesIt() throws InterruptedException {
        open();
        offer(Ack.QUORUM_APPENDED);
        List<Throwable> thrown = new ArrayList<>();
        Thread other = new Thread(() -> {
            thrown.add(catchThrowable(submitter::pending));
            thrown.add(catchThrowable(submitter::close));
        });
        other.start();
        other.join();
        assertThat(thrown).hasSize(2).allSatisfy(each -> assertThat(each).hasMessageContaining("a submitter belongs"));
        assertThat(submitter.pending()).isEqualTo(1);
    }
}
