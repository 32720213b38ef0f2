package dev.lockstep.engine.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.StartDecision;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node finds of itself when its process, or the machine, comes back. */
final class RestartOnDiskTest {
    @TempDir
    private Path directory;

    @Test
    void eachNodeIsClosedAndComesBackWithAllThatItHad() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            c.commitSegments(1, 2);
            eachComesBack(c, c::close);
        }
    }

    @Test
    void eachNodeIsKilledAndComesBackWithAllThatItHad() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            c.commitSegments(1, 2);
            eachComesBack(c, c::kill);
        }
    }

    /** The others go on meanwhile; the one that comes back knows at once what is committed, and catches up. */
    private static void eachComesBack(DiskCluster c, Consumer<Integer> end) {
        for (int node = 1; node <= 3; node++) {
            int[] others = {node == 1 ? 2 : 1, node == 3 ? 2 : 3};
            FrameRef last = c.node(node).journal().appended();
            Identity identity = c.replica(node).identity();
            long start = c.node(node).ballot().startCounter();
            long commit = c.replica(node).commitIndex();
            end.accept(node);
            int primary = c.untilPrimary(others);
            c.commit(primary);
            c.start(node);
            assertThat(c.node(node).storage().report().decision()).isEqualTo(StartDecision.KEEP);
            assertThat(c.node(node).storage().report().remarks()).isEmpty();
            assertThat(c.node(node).ballot().startCounter()).isEqualTo(start + 1);
            assertThat(c.replica(node).identity()).isEqualTo(identity);
            assertThat(c.replica(node).last()).isEqualTo(last);
            assertThat(c.replica(node).commitIndex()).isEqualTo(commit);
            assertThat(c.replica(node).isRecovering()).isFalse();
            c.commit(primary);
            c.checkEqual(1, 2, 3);
        }
    }

    @Test
    void aWholeClusterIsKilledAndGoesOn() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            c.commitSegments(1, 1);
            long commit = c.commit(1);
            long promised = c.node(2).storage().marks().promised();
            assertThat(promised).isGreaterThanOrEqualTo(commit);
            c.all().forEach(each -> c.kill(each.number));
            for (int node = 1; node <= 3; node++) {
                c.start(node);
                assertThat(c.node(node).storage().marks().commit()).isEqualTo(commit);
                assertThat(c.node(node).storage().marks().promised()).isGreaterThanOrEqualTo(commit);
                assertThat(c.replica(node).commitIndex()).isEqualTo(commit);
            }
            c.commit(c.untilPrimary(1, 2, 3));
            c.checkEqual(1, 2, 3);
        }
    }

    /** It may have forgotten what it acknowledged, and so does not count until the primary has told it how far it was. */
    @Test
    void aNodeWhoseMachineWentDownRecoversBeforeItCounts() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            c.commitSegments(1, 1);
            c.kill(2);
            c.node(2).reboot();
            c.start(2);
            assertThat(c.node(2).storage().report().mayHaveForgotten()).isTrue();
            assertThat(c.replica(2).isRecovering()).isTrue();
            assertThat(c.replica(2).commitIndex()).isEqualTo(1); // the first frame, by definition
            c.until("node 2 is whole", () -> !c.replica(2).isRecovering());
            c.commit(1);
            c.checkEqual(1, 2, 3);
            assertThat(c.node(2).ballot().recovering()).isFalse();
        }
    }

    @Test
    void anOrderlyCloseForgetsNothingAlsoIfTheMachineIsRestarted() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            c.commitSegments(1, 1);
            c.close(2);
            c.node(2).reboot();
            c.start(2);
            assertThat(c.node(2).storage().report().mayHaveForgotten()).isFalse();
            assertThat(c.replica(2).isRecovering()).isFalse();
            c.commit(1);
            c.checkEqual(1, 2, 3);
        }
    }
}
