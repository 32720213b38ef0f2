package dev.lockstep.engine.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.node.Durability;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Birth, and what a cluster does all day, on real disks. */
final class ReplicationOnDiskTest {
    @TempDir
    private Path directory;

    @Test
    void aClusterIsBornOnceAllAreThereAndReplicatesAcrossSegments() {
        try (DiskCluster c = DiskCluster.unborn(directory, 3, Durability.APPENDED)) {
            c.start(1);
            c.start(2);
            c.pass(100);
            assertThat(c.node(1).journal().appendedIndex()).isZero();
            c.start(3);
            c.until("node 1 is primary", () -> c.isPrimary(1));
            c.commitSegments(1, 4);
            c.all()
                    .forEach(each -> assertThat(
                                    each.directory().resolve("journal").resolve("00000000000000000004.cq4"))
                            .exists());
            c.checkEqual(1, 2, 3);
        }
    }

    @Test
    void whatCountsOnlyWhenItIsFlushedIsReplicatedToo() {
        try (DiskCluster c =
                DiskCluster.unborn(directory, 3, Durability.FLUSHED).bear()) {
            c.commitSegments(1, 2);
            c.checkEqual(1, 2, 3);
            c.all().forEach(each -> assertThat(each.ballot().dirty()).isFalse());
        }
    }
}
