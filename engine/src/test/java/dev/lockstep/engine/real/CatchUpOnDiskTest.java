package dev.lockstep.engine.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a standby that was away comes to have what the others have. */
final class CatchUpOnDiskTest {
    /** More than three chunks. */
    private static final int STATE_BYTES = 7 << 19;

    @TempDir
    private Path directory;

    private static byte[] state() {
        byte[] state = new byte[STATE_BYTES];
        new SplittableRandom(7).nextBytes(state);
        return state;
    }

    /** Node 1 keeps a snapshot of all that is committed, and lets go of the log before it, as far as it can. */
    private static FrameRef snapshotAndCompact(DiskCluster c) {
        FrameRef snapshot = c.node(1).snapshot(state());
        c.node(1).journal().compactBelow(snapshot.index());
        assertThat(c.node(1).journal().base().index()).isPositive();
        return snapshot;
    }

    private static void checkState(DiskNode node, FrameRef snapshot) {
        assertThat(node.snapshots().state(snapshot)).isEqualTo(state());
    }

    @Test
    void aStandbyThatWasAwayCatchesUpFromTheJournal() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            c.close(3);
            c.commitSegments(1, 4);
            c.start(3);
            c.commit(1);
            assertThat(c.node(3).events().installed).isEmpty();
            c.checkEqual(1, 2, 3);
        }
    }

    /** Its link goes and comes while frames are made: it is sent live ones, then old ones, then live ones again. */
    @Test
    void aStandbyWhoseLinkComesAndGoesMissesNothing() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            for (int i = 0; i < 40; i++) {
                if (i % 10 == 3) {
                    c.links.isolate(3);
                } else if (i % 10 == 7) {
                    c.links.rejoin(3);
                }
                c.propose(1, 1 + (i * 4_001) % 40_000);
                c.pass(i % 3);
            }
            c.commit(1);
            c.checkEqual(1, 2, 3);
        }
    }

    @Test
    void aStandbyBehindCompactionGetsASnapshotInChunks() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            c.commitSegments(1, 1);
            c.close(3);
            long behind = c.commitSegments(1, 3);
            FrameRef snapshot = snapshotAndCompact(c);
            assertThat(snapshot.index()).isEqualTo(behind);
            c.commitSegments(1, 1);
            c.start(3);
            c.until(
                    "node 3 has the snapshot",
                    () -> !c.node(3).events().installed.isEmpty());
            assertThat(c.node(3).events().installed).containsExactly(snapshot);
            assertThat(c.node(3).snapshots().chunks).isGreaterThan(4);
            assertThat(c.node(3).journal().base()).isEqualTo(snapshot);
            c.commitSegments(1, 1);
            checkState(c.node(3), snapshot);
            c.checkEqual(1, 2, 3);
            comesBackBehind(c, snapshot);
        }
    }

    /** Whether it is closed, or killed, or its machine goes down: its log begins behind its snapshot. */
    private static void comesBackBehind(DiskCluster c, FrameRef snapshot) {
        for (int round = 0; round < 3; round++) {
            if (round == 0) {
                c.close(3);
            } else {
                c.kill(3);
            }
            if (round == 2) {
                c.node(3).reboot();
            }
            c.start(3);
            assertThat(c.node(3).journal().base()).isEqualTo(snapshot);
            assertThat(c.replica(3).commitIndex()).isGreaterThanOrEqualTo(snapshot.index());
            assertThat(c.replica(3).config()).isEqualTo(c.replica(1).config());
            c.until("node 3 is whole", () -> !c.replica(3).isRecovering());
            c.commit(1);
            c.checkEqual(1, 2, 3);
        }
    }

    /** What it had of the snapshot dies with the process; it is brought again. */
    @Test
    void aStandbyThatIsKilledWhileItFetchesASnapshotFetchesItAgain() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            c.close(3);
            c.commitSegments(1, 3);
            FrameRef snapshot = snapshotAndCompact(c);
            c.start(3);
            c.until("node 3 has two chunks", () -> c.node(3).snapshots().chunks == 2);
            c.kill(3);
            c.start(3);
            assertThat(c.node(3).snapshots().newest()).isNull();
            c.commit(1);
            assertThat(c.node(3).events().installed).containsExactly(snapshot);
            checkState(c.node(3), snapshot);
            c.checkEqual(1, 2, 3);
        }
    }

    /** The snapshot is on the device, and the log does not begin behind it yet: there was no room, or no time. */
    @Test
    void aSnapshotThatWasKeptAndNotInstalledIsInstalledAtTheNextStart() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            c.commitSegments(1, 1);
            c.links.isolate(3);
            c.untilHas(1, c.propose(1, 100));
            FrameRef snapshot = c.node(1).snapshot(state());
            c.node(3).snapshots().publish(c.node(1).snapshots().newest(), state());
            c.kill(3);
            c.start(3);
            c.until(
                    "node 3 begins behind the snapshot",
                    () -> c.replica(3).last().equals(snapshot));
            assertThat(c.node(3).journal().base()).isEqualTo(snapshot);
            assertThat(c.replica(3).commitIndex()).isEqualTo(snapshot.index());
            assertThat(c.replica(3).config()).isEqualTo(c.replica(1).config());
            c.links.rejoin(3);
            c.commitSegments(1, 1);
            checkState(c.node(3), snapshot);
            c.checkEqual(1, 2, 3);
        }
    }
}
