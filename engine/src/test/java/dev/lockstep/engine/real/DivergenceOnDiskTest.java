package dev.lockstep.engine.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.OrphanReport;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.orphans.OrphanedFrames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a deposed primary had beyond its successor is cut from its journal, kept aside, and overwritten. */
final class DivergenceOnDiskTest {
    @TempDir
    private Path directory;

    /** Node 1 makes frames that reach nobody, over several segments, while node 2 comes to be primary. */
    private static List<FrameRef> lonelyFramesOf1(DiskCluster c) {
        c.commitSegments(1, 1);
        c.links.isolate(1);
        List<FrameRef> lonely = new ArrayList<>();
        while (c.replica(1).isOpen() && lonely.size() < 14) {
            c.propose(1, 10, 20_000 + lonely.size());
            lonely.add(c.node(1).journal().appended());
        }
        assertThat(lonely).hasSizeGreaterThan(5);
        c.until(
                "node 2 is primary, and node 1 is not",
                () -> c.isPrimary(2) && c.replica(1).role() != Role.PRIMARY);
        return lonely;
    }

    private static void checkOrphans(DiskNode node, OrphanReport report, List<FrameRef> expected) {
        List<FrameRef> found = new ArrayList<>();
        Path file = node.directory().resolve("orphans").resolve(report.file());
        OrphanedFrames orphans = OrphanedFrames.read(file, frame -> found.add(frame.ref()));
        assertThat(orphans.isWhole()).isTrue();
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void theSuffixOfADeposedPrimaryIsCutAndKeptAndOverwritten() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            List<FrameRef> lonely = lonelyFramesOf1(c);
            long generation = c.node(1).journal().generation();
            c.propose(2, 40_000);
            c.links.rejoin(1);
            c.commitSegments(2, 3);
            assertThat(c.node(1).journal().generation()).isNotEqualTo(generation);
            assertThat(c.node(1).events().orphaned).hasSize(1);
            OrphanReport report = c.node(1).events().orphaned.get(0);
            assertThat(report.firstIndex()).isEqualTo(lonely.get(0).index() - 1);
            assertThat(report.lastIndex())
                    .isEqualTo(lonely.get(lonely.size() - 1).index());
            assertThat(report.commands()).isEqualTo(2L * lonely.size());
            checkOrphans(c.node(1), report, lonely);
            assertThat(c.node(1).events().rolledBack).contains(report.firstIndex() - 1);
            c.checkEqual(1, 2, 3);
            c.kill(1);
            c.start(1);
            c.checkEqual(1, 2, 3);
            checkOrphans(c.node(1), report, lonely);
        }
    }

    /** The process ends right behind the cut, before anything of it is flushed or written over. */
    @Test
    void aCutSurvivesTheProcess() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            List<FrameRef> lonely = lonelyFramesOf1(c);
            c.links.rejoin(1);
            c.until("node 1 has cut", () -> !c.node(1).events().orphaned.isEmpty());
            FrameRef last = c.node(1).journal().appended();
            c.kill(1);
            c.start(1);
            assertThat(c.replica(1).last()).isEqualTo(last).isNotEqualTo(lonely.get(lonely.size() - 1));
            c.commitSegments(2, 2);
            c.checkEqual(1, 2, 3);
        }
    }

    /** It is killed before it hears of its successor: what it must cut, it finds when it comes back. */
    @Test
    void whoComesBackWithASuffixThatNobodyElseHasCutsIt() {
        try (DiskCluster c = DiskCluster.born(directory, 3)) {
            List<FrameRef> lonely = lonelyFramesOf1(c);
            c.kill(1);
            c.commitSegments(2, 1);
            c.start(1);
            assertThat(c.replica(1).last()).isEqualTo(lonely.get(lonely.size() - 1));
            c.links.rejoin(1);
            c.commitSegments(2, 1);
            assertThat(c.node(1).events().orphaned).hasSize(1);
            checkOrphans(c.node(1), c.node(1).events().orphaned.get(0), lonely);
            c.checkEqual(1, 2, 3);
        }
    }
}
