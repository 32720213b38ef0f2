package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.ReplyListener;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.Submitter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

/** What those hear who hold futures, with the submitter and the node played by the test. */
final class CallbacksTest {
    private static final long TIMEOUT_NS = 100;

    private final PlayedSubmitter submitter = new PlayedSubmitter();
    private final PlayedNode node = new PlayedNode();
    private final List<Throwable> errors = new ArrayList<>();
    private final CallbackTasks tasks = new CallbackTasks(null, errors::add, () -> {});
    private final Callbacks callbacks = newCallbacks(tasks);
    private long nowNs;

    private Callbacks newCallbacks(CallbackTasks with) {
        Callbacks made = new Callbacks(with, new CommandAnswers(node), () -> nowNs, () -> {});
        made.submitWith(submitter);
        return made;
    }

    private CompletableFuture<Reply> submit(Ack ack) {
        CompletableFuture<Reply> future = new CompletableFuture<>();
        callbacks.submit(new byte[8], ack, future, TIMEOUT_NS);
        callbacks.doWork();
        return future;
    }

    private CompletableFuture<Reply> submit() {
        return submit(Ack.QUORUM_APPENDED);
    }

    private static void fails(CompletableFuture<Reply> future, Class<?> how, String... said) {
        assertThat(future).isCompletedExceptionally();
        assertThatThrownBy(future::join)
                .cause()
                .isInstanceOf(how)
                .satisfies(thrown -> assertThat(thrown).hasMessageContainingAll(said));
    }

    private CompletableFuture<Reply> answered(Ack asked, Outcome outcome, Ack reached) {
        CompletableFuture<Reply> future = submit(asked);
        submitter.replies.add(new ReplyRecord().showBare(outcome, new FramePlace().set(7, 1, 1), reached));
        callbacks.doWork();
        return future;
    }

    @Test
    void whereAnotherNodeIsThePrimaryACommandIsRefusedAtOnce() {
        submitter.result = Submitter.NOT_PRIMARY;
        node.isPrimaryElsewhere = true;
        fails(submit(), EngineException.NotPrimary.class, "the command was not taken: why not");
    }

    @Test
    void whereNobodyIsKnownToBePrimaryACommandWaitsUntilItsTimeIsOver() {
        submitter.result = Submitter.NOT_PRIMARY;
        CompletableFuture<Reply> first = submit();
        CompletableFuture<Reply> second = submit();
        nowNs = TIMEOUT_NS - 1;
        callbacks.doWork();
        assertThat(first).isNotDone();
        submitter.result = 1;
        callbacks.doWork();
        assertThat(submitter.offered).isEqualTo(2);
        assertThat(second).isNotDone();
        submitter.result = Submitter.NOT_PRIMARY;
        CompletableFuture<Reply> third = submit();
        nowNs += TIMEOUT_NS;
        callbacks.doWork();
        fails(third, EngineException.NotPrimary.class, "why not");
    }

    @Test
    void whereNothingIsAppliedAnyMoreACommandIsRefusedAtOnceWithTheCause() {
        submitter.result = Submitter.NOT_PRIMARY;
        node.applierFailure = new EngineException("the state machine has thrown");
        CompletableFuture<Reply> future = submit();
        fails(future, EngineException.NotPrimary.class, "why not");
        assertThatThrownBy(future::join).cause().hasCause(node.applierFailure);
    }

    @Test
    void aCommandWhoseOutcomeIsUnknownIsToldWhyWithTheCauseThatComesFirst() {
        fails(
                answered(Ack.ALL_FLUSHED, Outcome.UNKNOWN, Ack.NONE),
                EngineException.OutcomeUnknown.class,
                "this node was the primary no longer");
        node.isClosing = true;
        fails(
                answered(Ack.ALL_FLUSHED, Outcome.UNKNOWN, Ack.NONE),
                EngineException.OutcomeUnknown.class,
                "the engine was closed before");
        fails(
                answered(Ack.ALL_FLUSHED, Outcome.UNKNOWN, Ack.LOCAL_APPENDED),
                EngineException.OutcomeUnknown.class,
                "was not known to be committed within ackTimeout; it may yet be applied",
                "index 7",
                "LOCAL_APPENDED");
        node.applierFailure = new EngineException("the state machine has thrown");
        fails(
                answered(Ack.ALL_FLUSHED, Outcome.UNKNOWN, Ack.LOCAL_APPENDED),
                EngineException.OutcomeUnknown.class,
                "this node stopped to apply",
                "the state machine has thrown");
        node.failure = new IllegalStateException("the disk is gone");
        CompletableFuture<Reply> stopped = answered(Ack.ALL_FLUSHED, Outcome.UNKNOWN, Ack.NONE);
        fails(stopped, EngineException.OutcomeUnknown.class, "the engine has stopped before");
        assertThatThrownBy(stopped::join).cause().hasCause(node.failure);
        fails(
                answered(Ack.ALL_FLUSHED, Outcome.NOT_APPLIED, Ack.NONE),
                EngineException.NotPrimary.class,
                "will not be: why not");
    }

    @Test
    void aFutureNeverSaysThatALevelIsReachedThatIsNot() {
        assertThat(answered(Ack.LOCAL_APPENDED, Outcome.ACCEPTED, Ack.LOCAL_APPENDED))
                .isCompletedWithValueMatching(reply -> reply.index() == 7);
        assertThat(answered(Ack.QUORUM_APPENDED, Outcome.REJECTED, Ack.ALL_APPENDED))
                .isCompleted();
        CompletableFuture<Reply> future = answered(Ack.QUORUM_FLUSHED, Outcome.APPLIED, Ack.QUORUM_APPENDED);
        fails(
                future,
                EngineException.LevelNotReached.class,
                "APPLIED at index 7",
                "has reached QUORUM_APPENDED, but not QUORUM_FLUSHED within ackTimeout");
        assertThatThrownBy(future::join)
                .cause()
                .isInstanceOfSatisfying(
                        EngineException.LevelNotReached.class,
                        thrown -> assertThat(thrown.reply().outcome()).isEqualTo(Outcome.APPLIED));
    }

    @Test
    void noMoreWaitToBeTakenThanMay() {
        submitter.result = Submitter.NOT_PRIMARY;
        CompletableFuture<Reply> first = submit(); // it is looked at, and waits besides
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        for (int i = 0; i <= Callbacks.MAX_WAITING; i++) {
            CompletableFuture<Reply> future = new CompletableFuture<>();
            callbacks.submit(new byte[0], Ack.QUORUM_APPENDED, future, TIMEOUT_NS);
            waiting.add(future);
        }
        fails(waiting.get(Callbacks.MAX_WAITING), EngineException.BackPressured.class, "65536 wait");
        assertThat(waiting.get(Callbacks.MAX_WAITING - 1)).isNotDone();
        submitter.result = 1;
        callbacks.doWork();
        assertThat(submitter.offered).isEqualTo(1 + Callbacks.MAX_WAITING);
        assertThat(first).isNotDone();
        submitter.result = Submitter.CLOSED;
        fails(submit(), EngineException.Closed.class, "closed");
    }

    @Test
    void whatIsOpenWhenTheEngineClosesIsAnswered() {
        CompletableFuture<Reply> taken = submit();
        submitter.result = Submitter.NOT_PRIMARY;
        CompletableFuture<Reply> waiting = submit();
        CompletableFuture<Reply> behind = submit();
        callbacks.onClose();
        fails(taken, EngineException.OutcomeUnknown.class, "the engine was closed");
        fails(waiting, EngineException.Closed.class, "the engine is closed");
        fails(behind, EngineException.Closed.class, "the engine is closed");
        fails(submit(), EngineException.Closed.class, "the engine is closed");
    }

    @Test
    void anExecutorThatRefusesLeavesNothingOpen() {
        CallbackTasks refused = new CallbackTasks(
                task -> {
                    throw new RejectedExecutionException("shut down");
                },
                errors::add,
                () -> {});
        Callbacks over = newCallbacks(refused);
        CompletableFuture<Reply> future = new CompletableFuture<>();
        over.submit(new byte[8], Ack.QUORUM_APPENDED, future, TIMEOUT_NS);
        over.doWork();
        over.onClose();
        assertThat(future).isCompletedExceptionally();
        assertThat(errors).hasSize(1).first().isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void rolesAreHeardInOrderEachWithItsOwnTermWhateverTheExecutorDoes() {
        Queue<Runnable> later = new ArrayDeque<>();
        CallbackTasks shuffled = new CallbackTasks(later::add, errors::add, () -> {});
        RoleListeners roles = new RoleListeners(shuffled, errors::add);
        List<String> heard = new ArrayList<>();
        roles.add((role, term) -> heard.add(role + " " + term));
        roles.add((role, term) -> {
            throw new AssertionError("a listener that fails");
        });
        roles.onRole(Role.PRIMARY, 3);
        roles.onRole(Role.STANDBY, 4);
        newCallbacks(shuffled).doWork();
        assertThat(later).isEmpty();
        assertThat(heard).containsExactly("UNBORN 0", "PRIMARY 3", "STANDBY 4");
        assertThat(errors).hasSize(3).allMatch(AssertionError.class::isInstance);
    }

    private static final class PlayedNode implements CommandAnswers.Node {
        private boolean isPrimaryElsewhere;
        private boolean isClosing;
        private EngineException applierFailure;
        private Throwable failure;

        @Override
        public String whyNotOpen() {
            return "why not";
        }

        @Override
        public boolean isPrimaryElsewhere() {
            return isPrimaryElsewhere;
        }

        @Override
        public EngineException applierFailure() {
            return applierFailure;
        }

        @Override
        public boolean isClosing() {
            return isClosing;
        }

        @Override
        public Throwable failure() {
            return failure;
        }
    }

    /** Says what the test wants it to, and hands over what the test has put there. */
    private static final class PlayedSubmitter implements Submitter {
        private final List<Reply> replies = new ArrayList<>();
        private long result = 1;
        private int offered;

        @Override
        public long offer(DirectBuffer buffer, int offset, int length, Ack ack, long expectedIndex) {
            offered += result > 0 ? 1 : 0;
            return result;
        }

        @Override
        public int poll(ReplyListener listener) {
            replies.forEach(reply -> listener.onReply(1, reply));
            int told = replies.size();
            replies.clear();
            return told;
        }

        @Override
        public int pending() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
