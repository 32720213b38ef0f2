package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.pipeline.OperatorDesk.Aim;
import dev.lockstep.engine.replica.OperatorActs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of acts, with the replica played by the test. */
final class OperatorDeskTest {
    private static final long TIMEOUT_NS = 100;

    private final OperatorDesk desk = new OperatorDesk(Runnable::run, message -> message.replace("node 2", "node b"));
    private final List<String> begun = new ArrayList<>();
    private Role role = Role.PRIMARY;
    private long term = 1;
    private long last = 7;
    private long commit = 7;
    private long nowNs;

    OperatorDeskTest() {
        desk.serve(new OperatorDesk.Node() {
            @Override
            public OperatorActs acts() {
                return null;
            }

            @Override
            public Role role() {
                return role;
            }

            @Override
            public long epoch() {
                return 1;
            }

            @Override
            public long term() {
                return term;
            }

            @Override
            public long lastIndex() {
                return last;
            }

            @Override
            public long commitIndex() {
                return commit;
            }
        });
    }

    private CompletableFuture<Void> ask(String what, Aim aim) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        OperatorDesk.Body body = acts -> {
            begun.add(what);
            last++;
            return true;
        };
        desk.ask(what, body, aim, future, nowNs + TIMEOUT_NS);
        return future;
    }

    private static void isRefused(CompletableFuture<Void> act, String... said) {
        assertThat(act).isCompletedExceptionally();
        assertThatThrownBy(act::join)
                .cause()
                .isInstanceOf(EngineException.ActRefused.class)
                .satisfies(thrown -> assertThat(thrown).hasMessageContainingAll(said));
    }

    @Test
    void actsComeAboutOneAfterAnother() {
        CompletableFuture<Void> first = ask("first", Aim.COMMITTED);
        CompletableFuture<Void> second = ask("second", Aim.HANDED_OVER);
        desk.onTick(nowNs);
        assertThat(begun).containsExactly("first");
        commit = 8;
        desk.onTick(nowNs);
        assertThat(first).isCompleted();
        assertThat(begun).containsExactly("first", "second");
        assertThat(second).isNotDone();
        role = Role.STANDBY;
        desk.onTick(nowNs);
        assertThat(second).isCompleted();
    }

    @Test
    void whatIsCommittedAtThatIndexInAnotherReignMayBeSomethingElse() {
        CompletableFuture<Void> act = ask("act", Aim.COMMITTED);
        desk.onTick(nowNs);
        term = 3;
        commit = last + 1;
        desk.onTick(nowNs);
        isRefused(act, "this node is the primary no longer");
    }

    @Test
    void anActThatDoesNotComeAboutInTimeLetsTheNextOneBegin() {
        CompletableFuture<Void> stuck = ask("stuck", Aim.COMMITTED);
        desk.onTick(nowNs);
        CompletableFuture<Void> late = ask("late", Aim.COMMITTED);
        nowNs = TIMEOUT_NS - 1;
        CompletableFuture<Void> next = ask("next", Aim.COMMITTED);
        desk.onTick(nowNs);
        assertThat(stuck).isNotDone();
        nowNs = TIMEOUT_NS;
        desk.onTick(nowNs);
        isRefused(stuck, "stuck: it has not come about in time, and whether it will is not known");
        desk.onTick(nowNs);
        isRefused(late, "late: it was not begun in time", "nothing has happened");
        assertThat(begun).containsExactly("stuck", "next");
        commit = last;
        desk.onTick(nowNs);
        assertThat(next).isCompleted();
    }

    @Test
    void whatFailsLateIsNotTakenForWhatIsUnderWay() {
        CompletableFuture<Void> transfer = ask("transfer", Aim.HANDED_OVER);
        desk.onTick(nowNs);
        desk.onFailed(Aim.OTHER_EPOCH, "an earlier promotion");
        assertThat(transfer).isNotDone();
        desk.onFailed(Aim.HANDED_OVER, "node 2 did not take over");
        isRefused(transfer, "transfer: node b did not take over");
        desk.onFailed(Aim.HANDED_OVER, "nothing is under way");
    }
}
