package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Follower;
import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Fork;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.node.Durability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A follower hears exactly what the state machine is given, of what is committed, however the log came to be what it is. */
final class LogFollowerTest {
    private static final long SESSION = SessionIds.make(9, 0, 1);
    private static final long OTHER = SessionIds.make(9, 0, 2);

    @TempDir
    private Path directory;

    private FollowedNode node;
    private final List<Long> told = new ArrayList<>();

    @BeforeEach
    void open() {
        node = new FollowedNode(directory);
        node.session(IngressEntry.OPEN, SESSION);
    }

    @AfterEach
    void close() {
        node.close();
    }

    /** Index 1 opens the session. */
    private void someOfEverything() {
        node.commands(SESSION, 1, 3); // 2 to 4
        node.command(SESSION, 2); // 5: comes again
        node.command(SESSION, 9); // 6: a gap
        node.command(OTHER, 1); // 7: no such session
        node.command(SESSION, 4, 1); // 8: outdated
        node.command(SESSION, 5); // 9: is skipped
        node.empty(FrameType.NO_OP); // 10
        node.empty(FrameType.TIMER); // 11
        node.commands(SESSION, 6, 2); // 12 and 13
        node.session(IngressEntry.CLOSE, SESSION); // 14
        node.command(SESSION, 8); // 15: its session has ended
        node.session(IngressEntry.OPEN, OTHER); // 16
        node.command(OTHER, 1); // 17
        node.timeNs += 2 * FollowedNode.LIMITS.timeoutNs();
        node.command(OTHER, 2); // 18: its session has expired
        node.commit(node.last());
        node.skip(9);
    }

    @Test
    void itHearsWhatTheStateMachineIsGivenAndNothingElse() {
        someOfEverything();
        assertThat(node.given).containsExactly(2L, 3L, 4L, 12L, 13L, 17L);
        assertThat(node.toldFrom(1)).isEqualTo(node.given);
        for (long from = 2; from <= 19; from++) {
            long first = from;
            assertThat(node.toldFrom(from))
                    .isEqualTo(
                            node.given.stream().filter(index -> index >= first).toList());
        }
    }

    @Test
    void itIsShownWhatTheStateMachineIsShown() {
        node.term = 4;
        node.timeNs = 77;
        node.commands(SESSION, 1, 2);
        node.commitAll();
        List<String> seen = new ArrayList<>();
        try (Follower follower = node.follow(
                3,
                command -> seen.add(command.index() + " " + command.term() + " " + command.clusterTimeNs() + " "
                        + command.version() + " " + command.payload().capacity() + " "
                        + command.payload().getLong(0)))) {
            assertThat(follower.poll(10)).isOne();
            assertThat(follower.nextIndex()).isEqualTo(4);
        }
        assertThat(seen).containsExactly("3 4 77 1 8 20");
    }

    @Test
    void aPollTellsAsManyAsItMayAndTheNextOneGoesOnInTheMidstOfTheFrame() {
        node.commands(SESSION, 1, 10);
        node.commitAll();
        try (Follower follower = node.follow(1, command -> told.add(command.index()))) {
            for (int i = 0; i < 3; i++) {
                assertThat(follower.poll(3)).isEqualTo(3);
                assertThat(told).hasSize(3 * (i + 1));
                assertThat(follower.nextIndex()).isEqualTo(2 + told.size());
            }
            assertThat(follower.poll(3)).isOne();
            assertThat(follower.poll(3)).isZero();
        }
        assertThat(told).isEqualTo(node.given);
    }

    /** Of what is applied ahead of it nobody hears (PROTOCOL F); nor of what is committed and not applied here. */
    @Test
    void itGoesAsFarAsTheCommitAndAsFarAsTheStateMachineHasCome() {
        node.commands(SESSION, 1, 10); // 2 to 11
        node.commit(1);
        node.apply();
        assertThat(node.given).hasSize(10);
        assertThat(node.toldFrom(1)).isEmpty();
        node.commit(5);
        node.work();
        assertThat(node.toldFrom(1)).containsExactly(2L, 3L, 4L, 5L);
        node.commands(SESSION, 11, 10);
        node.commit(node.last());
        assertThat(node.toldFrom(1)).containsExactly(2L, 3L, 4L, 5L);
        node.work();
        assertThat(node.toldFrom(1)).hasSize(20);
    }

    @Test
    void itWaitsWhereTheLogHasNotComeYetAndGoesOnWithWhatComes() {
        try (Follower follower = node.follow(4, command -> told.add(command.index()))) {
            assertThat(follower.poll(10)).isZero();
            for (int sequence = 1; sequence <= 5; sequence++) {
                node.command(SESSION, sequence);
                node.commitAll();
                follower.poll(10);
            }
        }
        assertThat(told).containsExactly(4L, 5L, 6L);
    }

    @Test
    void whatAListenerThrowsIsThrownOnAndTheSameIsToldAgain() {
        node.commands(SESSION, 1, 4);
        node.commitAll();
        List<Long> heard = new ArrayList<>();
        try (Follower follower = node.follow(1, command -> {
            heard.add(command.payload().getLong(0));
            if (heard.size() == 2 || heard.size() == 3) {
                throw new IllegalStateException("not now");
            }
        })) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> follower.poll(10)).hasMessage("not now");
                assertThat(follower.nextIndex()).isEqualTo(3);
            }
            assertThat(follower.poll(10)).isEqualTo(3);
        }
        assertThat(heard).containsExactly(10L, 20L, 20L, 20L, 30L, 40L);
    }

    @Test
    void aListenerMayCloseItsFollowerAndMustNotPollIt() {
        node.commands(SESSION, 1, 4);
        node.commitAll();
        Follower[] follower = new Follower[1];
        follower[0] = node.follow(1, command -> {
            told.add(command.index());
            assertThatThrownBy(() -> follower[0].poll(1)).isInstanceOf(IllegalStateException.class);
            follower[0].close();
        });
        assertThat(follower[0].poll(10)).isOne();
        assertThat(told).containsExactly(2L);
        assertThat(follower[0].nextIndex()).isEqualTo(3);
        assertThatThrownBy(() -> follower[0].poll(1))
                .isInstanceOf(EngineException.Closed.class)
                .hasMessage("this follower is closed");
    }

    @Test
    void aFollowerBelongsToOneThread() throws InterruptedException {
        try (Follower follower = node.follow(1, command -> {})) {
            follower.poll(1);
            List<Throwable> thrown = new ArrayList<>();
            Thread other = new Thread(() -> {
                try {
                    follower.poll(1);
                } catch (IllegalStateException e) {
                    thrown.add(e);
                }
            });
            other.start();
            other.join();
            assertThat(thrown).hasSize(1);
            assertThat(thrown.get(0)).hasMessageContaining("belongs to thread");
        }
    }

    @Test
    void wrongArgumentsAreRefused() {
        assertThatThrownBy(() -> node.follow(0, command -> {})).isInstanceOf(IllegalArgumentException.class);
        try (Follower follower = node.follow(1, command -> {})) {
            assertThatThrownBy(() -> follower.poll(0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void thereAreAsManyAsThereMayBe() {
        List<Follower> all = new ArrayList<>();
        for (int i = 0; i < Followers.MAX_FOLLOWERS; i++) {
            all.add(node.follow(1, command -> {}));
        }
        assertThatThrownBy(() -> node.follow(1, command -> {})).hasMessageContaining("64 followers already");
        all.get(5).close();
        all.get(5).close();
        node.follow(1, command -> {}).close();
    }

    // ---- what was withheld before a snapshot

    @Test
    void whatWasWithheldBeforeASnapshotIsWithheldAfterAStartFromIt() {
        someOfEverything();
        List<Long> before = List.copyOf(node.given);
        node.takeSnapshot();
        node.session(IngressEntry.OPEN, SESSION);
        node.command(SESSION, 1);
        node.command(SESSION, 1);
        node.commitAll();
        List<Long> all = List.copyOf(node.given);
        node.restart();
        assertThat(node.applier.appliedBytes())
                .as("only what comes behind the snapshot was applied")
                .isLessThan(700);
        assertThat(node.given).isEqualTo(all);
        assertThat(node.toldFrom(1)).isEqualTo(all).hasSize(before.size() + 1);
    }

    @Test
    void itGoesOnAfterARestartFromWhereItHadCome() {
        someOfEverything();
        Follower follower = node.follow(1, command -> told.add(command.index()));
        follower.poll(2);
        long next = follower.nextIndex();
        node.restart();
        assertThatThrownBy(() -> follower.poll(2))
                .isInstanceOf(EngineException.Closed.class)
                .hasMessageContaining("the engine is closed");
        told.addAll(node.toldFrom(next));
        assertThat(told).isEqualTo(node.given);
    }

    // ---- what is deleted

    private void fillSegments(int commands) {
        for (int sequence = 1; sequence <= commands; sequence += 100) {
            node.commands(SESSION, sequence, 100);
        }
        node.commitAll();
    }

    @Test
    void whatIsDeletedIsSaidToBeAndFromWhereTheLogIsKept() {
        fillSegments(20_000);
        Follower slow = node.follow(1, command -> told.add(command.index()));
        Follower idle = node.follow(2, command -> told.add(command.index()));
        slow.poll(50);
        node.takeSnapshot();
        node.compactBelow(node.last());
        long first = node.journal().base().index() + 1;
        assertThat(first).isGreaterThan(1_000);
        assertThatThrownBy(() -> node.follow(first - 1, command -> {}))
                .isInstanceOfSatisfying(
                        EngineException.Compacted.class,
                        e -> assertThat(e.firstIndex()).isEqualTo(first))
                .hasMessageContaining("index " + (first - 1) + " cannot be followed")
                .hasMessageContaining("from index " + first + " on");
        assertThatThrownBy(() -> idle.poll(1)).isInstanceOf(EngineException.Compacted.class);
        assertThatThrownBy(() -> FollowedNode.pollAll(slow))
                .as("it ends the segment that it stands in")
                .isInstanceOf(EngineException.Compacted.class);
        assertThat(told).isEqualTo(node.given.subList(0, told.size()));
        assertThat(node.toldFrom(first)).isEqualTo(node.given.subList((int) first - 2, node.given.size()));
    }

    @Test
    void aLogThatBeginsBehindAnInstalledSnapshotIsFollowedFromThere() {
        node.commands(SESSION, 1, 5); // 2 to 6
        node.commitAll();
        node.takeSnapshot();
        Follower atTheEnd = node.follow(7, command -> told.add(command.index()));
        Follower before = node.follow(3, command -> told.add(command.index()));
        atTheEnd.poll(1);
        before.poll(1);
        told.clear();
        while (!node.journal().startAfter(node.journal().appended())) {
            node.background();
        }
        node.place.load(node.journal().appended());
        node.work();
        node.commands(SESSION, 6, 2);
        node.commitAll();
        assertThat(atTheEnd.poll(5)).isEqualTo(2);
        assertThat(told).containsExactly(7L, 8L);
        assertThatThrownBy(() -> before.poll(1))
                .isInstanceOfSatisfying(
                        EngineException.Compacted.class,
                        e -> assertThat(e.firstIndex()).isEqualTo(7));
        before.close();
        atTheEnd.close();
    }

    // ---- what is taken back

    /** The branch that was applied had other commands withheld at the same indexes. */
    @Test
    void whatWasAppliedAheadAndTakenBackIsForgotten() {
        node.commands(SESSION, 1, 3); // 2 to 4
        node.commitAll();
        Follower follower = node.follow(1, command -> told.add(command.index()));
        follower.poll(2);
        node.command(SESSION, 1); // 5: comes again
        node.commands(SESSION, 4, 2); // 6 and 7
        node.apply();
        node.term = 2;
        node.cutUnheard(5);
        node.commands(SESSION, 4, 2); // 5 and 6
        node.command(SESSION, 1); // 7: comes again
        node.commit(7);
        follower.poll(10);
        assertThat(told)
                .as("what is committed is of a log that is not applied yet, but for the frame in hand")
                .containsExactly(2L, 3L, 4L);
        node.work();
        follower.poll(10);
        assertThat(told).isEqualTo(node.given).containsExactly(2L, 3L, 4L, 5L, 6L);
        follower.close();
    }

    @Test
    void aCutBehindWhatItStandsInDoesNotDisturbIt() {
        node.commands(SESSION, 1, 5); // 2 to 6
        node.commitAll();
        node.commands(SESSION, 6, 5);
        node.apply();
        Follower follower = node.follow(1, command -> told.add(command.index()));
        follower.poll(2);
        node.term = 2;
        node.cut(7);
        follower.poll(2);
        node.commands(SESSION, 6, 1);
        node.commitAll();
        FollowedNode.pollAll(follower);
        assertThat(told).isEqualTo(node.given).hasSize(6);
        follower.close();
    }

    /** Another epoch was founded on less than was told: its log may be as long by now. */
    @Test
    void whoHasHeardWhatTheClusterHasLeftIsToldSo() {
        node.commands(SESSION, 1, 3);
        node.commands(SESSION, 4, 3); // 5 to 7
        node.commitAll();
        Follower behind = node.follow(1, command -> {});
        Follower before = node.follow(1, command -> told.add(command.index()));
        behind.poll(10);
        before.poll(3);
        node.term = 1L << 32;
        node.cut(5);
        assertThat(behind.poll(10)).as("nothing says yet what stands there").isZero();
        node.commands(SESSION, 4, 5);
        node.commitAll();
        assertThatThrownBy(() -> behind.poll(10))
                .isInstanceOf(EngineException.PositionLost.class)
                .hasMessageContaining("index 7 of term 1 was told");
        FollowedNode.pollAll(before);
        assertThat(told).isEqualTo(node.given).hasSize(8);
        behind.close();
        before.close();
    }

    /** Before its log has come there again: what the new epoch descends from says so at once. */
    @Test
    void whoHasHeardWhatAnotherEpochLeftBehindIsToldAsSoonAsTheNodeIsOfIt() {
        node.commands(SESSION, 1, 3);
        node.commands(SESSION, 4, 3); // 5 to 7
        node.commitAll();
        Follower behind = node.follow(1, command -> {});
        Follower before = node.follow(1, command -> told.add(command.index()));
        behind.poll(10);
        before.poll(3);
        node.cut(5);
        node.view.onConfig(new Config(
                new ClusterId(7),
                2,
                List.of(new Fork(1, new FrameRef(4, 1, 77), 1L << 32, new Identity(1))),
                Mode.SYNC,
                Durability.APPENDED,
                1,
                List.of(new Member(1, new Identity(1), MemberKind.VOTER, "")),
                List.of()));
        node.node.publishEpoch(2);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> behind.poll(10))
                    .isInstanceOf(EngineException.PositionLost.class)
                    .hasMessageContaining("index 7 of term 1 was told")
                    .hasMessageContaining("behind index 4");
        }
        assertThat(before.poll(10)).isZero();
        behind.close();
        before.close();
    }

    /** What was published as committed was of the epoch before, and the applier has not heard of the new one yet. */
    @Test
    void whatAnotherEpochHasPutInThePlaceOfWhatWasCommittedIsNotToldForThat() {
        node.commands(SESSION, 1, 3); // 2 to 4
        node.commands(SESSION, 4, 3); // 5 to 7
        node.commitAll();
        Follower follower = node.follow(1, command -> told.add(command.index()));
        assertThat(follower.poll(3)).isEqualTo(3);
        Follower fresh = node.follow(5, command -> told.add(command.index()));
        node.term = 1L << 32;
        node.cutUnheard(5);
        node.command(SESSION, 1); // 5: comes again
        node.commands(SESSION, 4, 2); // 6 and 7
        assertThat(follower.poll(10)).isZero();
        assertThat(fresh.poll(10)).isZero();
        node.commitAll();
        FollowedNode.pollAll(follower);
        assertThat(told).isEqualTo(node.given).containsExactly(2L, 3L, 4L, 6L, 7L);
        fresh.close();
        follower.close();
    }

    // ---- damage

    /** Frames of a hundred: the damaged one is from 302 to 401. */
    @Test
    void whatCannotBeReadIsReportedAndToldOnceItIsMended() {
        fillSegments(1_000);
        List<Long> all = List.copyOf(node.given);
        node.flip(350);
        try (Follower follower = node.follow(1, command -> told.add(command.index()))) {
            FollowedNode.pollAll(follower);
            assertThat(node.damages).isNotEmpty().containsOnly(302L);
            assertThat(told).isEqualTo(all.subList(0, 300));
            node.setAside(302);
            for (int sequence = 301; sequence <= 1_000; sequence += 100) {
                node.commands(SESSION, sequence, 100);
            }
            node.commitAll();
            FollowedNode.pollAll(follower);
            assertThat(told).isEqualTo(all);
        }
    }
}
