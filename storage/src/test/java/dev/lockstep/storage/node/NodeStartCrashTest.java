package dev.lockstep.storage.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.testing.Directories;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.FrameMaker;
import dev.lockstep.storage.testing.SimulatedCrash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that meet what an unlucky one before them has left, or no room. */
final class NodeStartCrashTest {
    @TempDir
    private Path temporary;

    private NodeSettings member() {
        return in(temporary.resolve("node"));
    }

    private static NodeSettings in(Path node) {
        return NodeSettings.of(node)
                .withBoot(new BootId(1, 1))
                .withJournal(new JournalSettings(512 << 10, 1L << 30, 0))
                .inCluster()
                .withDurability(Durability.APPENDED);
    }

    private void use() {
        try (NodeStorage storage = NodeStorage.open(member())) {
            FrameMaker maker = new FrameMaker().next(1, 100);
            assertThat(storage.journal().reserve(maker.length())).isTrue();
            storage.journal().append(maker.buffer(), 0, maker.length());
            storage.marks().promised(1);
            storage.marks().commit(1);
        }
    }

    /** The state between the first and the second move in LostIdentity.keepAside. */
    @Test
    void aCrashWhileOldHistoryIsPutAsideDoesNotLeaveTheOldMarksToTheNewIdentity() throws IOException {
        use();
        Path node = temporary.resolve("node");
        Files.delete(node.resolve("ballot"));
        Files.createDirectories(node.resolve("formerly/1"));
        Files.move(node.resolve("journal"), node.resolve("formerly/1/journal"));
        try (NodeStorage storage = NodeStorage.open(member())) {
            assertThat(storage.marks().commit())
                    .as("commit mark of the lost identity")
                    .isZero();
            assertThat(storage.report().isFirst()).isFalse();
        }
    }

    /** A ballot that is sound must not outlive, under its own name, a register that was not: the identity is lost. */
    @Test
    void aCrashAnywhereWhileAnIdentityIsGivenUpDoesNotBringItBack() throws IOException {
        use();
        Path node = temporary.resolve("node");
        Identity lost;
        try (NodeStorage storage = NodeStorage.open(member())) {
            lost = storage.journal().identity();
        }
        Files.write(node.resolve("register"), new byte[56]);
        boolean crashed = true;
        for (int operation = 1; crashed; operation++) {
            NodeSettings left = in(Directories.copy(node, temporary.resolve("left-" + operation)));
            FaultyDisk disk = new FaultyDisk();
            disk.crashAt(operation);
            crashed = crashes(left.withDisk(disk));
            try (NodeStorage storage = NodeStorage.open(left)) {
                assertThat(storage.journal().identity())
                        .as("after a crash at %s", disk.trace())
                        .isNotEqualTo(lost);
                assertThat(storage.journal().appendedIndex()).isZero();
                assertThat(storage.marks().commit()).isZero();
            }
        }
    }

    /** Renames that were not forced may be undone one by one: the ballot's must not be the one. */
    @Test
    void theBallotIsDurablyGoneBeforeTheRegisterIsPutAside() throws IOException {
        use();
        Path node = temporary.resolve("node");
        Files.write(node.resolve("register"), new byte[56]);
        FaultyDisk disk = new FaultyDisk();
        NodeStorage.open(member().withDisk(disk)).close();
        assertThat(disk.trace())
                .containsSequence("RENAME ballot", "FORCE_DIRECTORY 1", "FORCE_DIRECTORY node", "RENAME register");
    }

    private static boolean crashes(NodeSettings settings) {
        try {
            NodeStorage.open(settings).close();
            return false;
        } catch (SimulatedCrash | StorageException crash) {
            return true; // the preparer says in its own words that it has crashed
        }
    }

    /** A start must count itself durably before anything else, and cannot without room. */
    @Test
    void aFullDiskRefusesTheStartInASentenceAndChangesNothing() {
        use();
        FaultyDisk full = new FaultyDisk();
        full.fillUpTo(0);
        assertThatThrownBy(() -> NodeStorage.open(member().withDisk(full)))
                .isInstanceOf(StorageException.DiskFull.class)
                .hasMessageContaining("make room");
        try (NodeStorage storage = NodeStorage.open(member())) {
            assertThat(storage.journal().appendedIndex()).isEqualTo(1);
        }
    }
}
