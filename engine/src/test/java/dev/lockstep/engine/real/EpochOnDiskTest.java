package dev.lockstep.engine.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.Fork;
import dev.lockstep.engine.replica.OrphanReport;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.orphans.OrphanedFrames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Epochs that are founded on a real disk, and nodes that come back and yield to them. */
final class EpochOnDiskTest {
    @TempDir
    private Path directory;

    /** Nodes 1 and 2 go on without node 3, and then node 3 without them. */
    private static FrameRef fork(DiskCluster c, int segmentsBeyond) {
        c.commitSegments(1, 1);
        c.links.isolate(3);
        long beyond = c.propose(1, 10, 200);
        c.untilHas(2, beyond);
        for (int i = 0; i < 6 * segmentsBeyond; i++) {
            beyond = c.propose(1, 1_000 + i, 40_000 + i);
        }
        c.untilHas(1, beyond);
        c.untilHas(2, beyond);
        c.promote(3, 1, 2);
        Fork fork = c.replica(3).config().lineage().get(0);
        assertThat(fork.last().index()).isLessThan(beyond);
        return fork.last();
    }

    private static void untilYielded(DiskCluster c, int node) {
        c.until("node " + node + " has yielded", () -> {
            Replica replica = c.replica(node);
            return replica.term().epoch() == c.replica(3).term().epoch() && !replica.isRecovering();
        });
    }

    private static List<FrameRef> orphans(DiskNode node, OrphanReport report) {
        List<FrameRef> found = new ArrayList<>();
        Path file = node.directory().resolve("orphans").resolve(report.file());
        assertThat(OrphanedFrames.read(file, frame -> found.add(frame.ref())).isWhole())
                .isTrue();
        return found;
    }

    private static void takeInAgain(DiskCluster c, int node) {
        c.readmit(3, node);
        assertThat(c.replica(node).term().epoch()).isEqualTo(c.replica(3).term().epoch());
    }

    @Test
    void anEpochThatWasFoundedSurvivesTheProcessAndTheMachine() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            c.commitSegments(1, 1);
            c.close(1);
            c.close(2);
            c.promote(3, 1, 2);
            long index = c.commit(3);
            long epoch = c.replica(3).term().epoch();
            assertThat(c.replica(3).config().lineage()).hasSize(1);
            for (int round = 0; round < 3; round++) {
                if (round == 0) {
                    c.kill(3);
                } else {
                    c.close(3);
                }
                if (round == 2) {
                    c.node(3).reboot();
                }
                c.start(3);
                assertThat(c.replica(3).term().epoch()).isEqualTo(epoch);
                assertThat(c.replica(3).config().epoch()).isEqualTo(epoch);
                assertThat(c.replica(3).last().index()).isGreaterThanOrEqualTo(index);
                c.until("node 3 is primary", () -> c.isPrimary(3));
                c.commit(3);
                c.checkEqual(3);
            }
        }
    }

    @Test
    void whoComesBackYieldsIsCutAtTheForkAndIsTakenInAgain() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            FrameRef fork = fork(c, 2);
            FrameRef lost = c.node(1).holding(fork.index() + 3);
            long last = c.node(1).journal().appendedIndex();
            c.commit(3);
            c.links.rejoin(3);
            untilYielded(c, 1);
            untilYielded(c, 2);
            for (int node = 1; node <= 2; node++) {
                assertThat(c.node(node).journal().appended()).isEqualTo(fork);
                assertThat(c.node(node).storage().marks().commit()).isEqualTo(fork.index());
                assertThat(c.node(node).events().orphaned).hasSize(1);
                OrphanReport report = c.node(node).events().orphaned.get(0);
                assertThat(report.firstIndex()).isEqualTo(fork.index() + 1);
                assertThat(report.lastIndex()).isEqualTo(last);
                assertThat(orphans(c.node(node), report)).contains(lost);
            }
            takeInAgain(c, 1);
            takeInAgain(c, 2);
            c.commitSegments(3, 2);
            c.checkEqual(1, 2, 3);
        }
    }

    /** Its log begins beyond the fork, behind a snapshot of the branch that is left: it begins anew, behind nothing. */
    @Test
    void whoseLogBeginsBeyondTheForkBeginsAnewBehindNothing() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            beginAnew(c);
            takeInAgain(c, 1);
            assertThat(c.node(1).journal().base()).isEqualTo(FrameRef.ORIGIN);
            takeInAgain(c, 2);
            c.commitSegments(3, 2);
            c.checkEqual(1, 2, 3);
            c.kill(1);
            c.start(1);
            c.checkEqual(1, 2, 3);
        }
    }

    /** Whether it is closed, or killed, or its machine goes down, it comes back with nothing, and nothing is damaged. */
    @Test
    void whoHasBegunAnewComesBackBehindNothing() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            beginAnew(c);
            for (int round = 0; round < 3; round++) {
                if (round == 0) {
                    c.kill(1);
                } else {
                    c.close(1);
                }
                if (round == 2) {
                    c.node(1).reboot();
                }
                c.start(1);
                assertThat(c.node(1).storage().report().remarks()).isEmpty();
                assertThat(c.replica(1).last()).isEqualTo(FrameRef.ORIGIN);
                assertThat(c.node(1).journal().base()).isEqualTo(FrameRef.ORIGIN);
                assertThat(c.replica(1).commitIndex()).isZero();
            }
            takeInAgain(c, 1);
            c.checkEqual(1, 3);
        }
    }

    /** Node 1 has compacted its log beyond the fork when it yields. */
    private static void beginAnew(DiskCluster c) {
        FrameRef fork = fork(c, 3);
        FrameRef snapshot = c.node(1).snapshot(new byte[100]);
        c.node(1).journal().compactBelow(snapshot.index());
        FrameRef base = c.node(1).journal().base();
        assertThat(base.index()).isGreaterThan(fork.index());
        long generation = c.node(1).journal().generation();
        c.links.rejoin(3);
        untilYielded(c, 1);
        untilYielded(c, 2);
        assertThat(c.node(1).journal().generation()).isNotEqualTo(generation);
        assertThat(c.node(1).journal().appended()).isEqualTo(FrameRef.ORIGIN);
        assertThat(c.node(1).journal().base()).isEqualTo(FrameRef.ORIGIN);
        assertThat(c.node(1).journal().flushedIndex()).isZero();
        assertThat(c.node(1).storage().marks().commit()).isZero();
        assertThat(c.node(1).snapshots().newest()).isNull();
        assertThat(c.node(1).events().rolledBack).contains(0L);
    }
}
