package dev.lockstep.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineException;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.node.NodeSettings;
import dev.lockstep.storage.node.NodeStorage;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.SimulatedCrash;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A restore that comes to nothing, at whatever step, leaves nothing that a node would start from. */
@Timeout(240)
final class RestoreCrashTest {
    private static final String MEMBERS = "a=127.0.0.1:9000,b=127.0.0.1:9010";

    @TempDir
    private Path root;

    private BackupReport report;
    private int parents;

    @BeforeEach
    void backUp() {
        try (Engine engine = Summed.start(root.resolve("node"))) {
            Summed.addBeyondSnapshot(engine);
            report = engine.backup(root.resolve("backup")).join();
        }
        assertThat(report.snapshotIndex()).isPositive();
    }

    private Path newTarget() throws IOException {
        return Files.createDirectory(root.resolve("parent" + parents++)).resolve("target");
    }

    private void restore(Disk disk, Path target) {
        RestoreRequest request = RestoreRequest.of(root.resolve("backup")).withMembers(MEMBERS);
        new Restorer(request.on(disk, Summed.SEGMENT_BYTES)).restore(target);
    }

    private List<String> operations() throws IOException {
        FaultyDisk counting = new FaultyDisk(new UnforcedDisk());
        restore(counting, newTarget());
        assertThat(counting.count()).isGreaterThan(50);
        return counting.trace();
    }

    /** As a node's start would find it. */
    private void assertWhole(Path target, String when) {
        List<Long> identities = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            NodeSettings settings = NodeSettings.of(target.resolve(name))
                    .inCluster()
                    .withJournal(new JournalSettings(Summed.SEGMENT_BYTES, 1L << 30, 0));
            try (NodeStorage storage = NodeStorage.open(settings)) {
                Ballot ballot = storage.ballots().read().ballot();
                assertThat(ballot.clusterId().isPresent()).as(when).isTrue();
                assertThat(ballot.recovering() || ballot.dirty()).as(when).isFalse();
                assertThat(ballot.configIndex()).as(when).isEqualTo(report.toIndex() + 1);
                assertThat(storage.report().remarks()).as(when).isEmpty();
                assertThat(storage.journal().appendedIndex()).as(when).isEqualTo(report.toIndex() + 1);
                assertThat(storage.marks().commit()).as(when).isEqualTo(report.toIndex() + 1);
                assertThat(storage.snapshots().kept().get(0).cluster()).as(when).isEqualTo(ballot.clusterId());
                assertReadable(storage, when);
                identities.add(ballot.identity().value());
            }
        }
        assertThat(identities).doesNotHaveDuplicates();
    }

    private static void assertReadable(NodeStorage storage, String when) {
        try (JournalReader reader = storage.journal().newReader()) {
            ReadResult result = reader.next();
            while (result == ReadResult.FRAME) {
                result = reader.next();
            }
            assertThat(result).as(when).isEqualTo(ReadResult.END);
        }
    }

    private static void assertNothingBeside(Path target, String when) throws IOException {
        try (Stream<Path> found = Files.list(target.getParent())) {
            assertThat(found.filter(each -> !each.equals(target))).as(when).isEmpty();
        }
    }

    @Test
    void aCrashAtAnyStepLeavesNothingOrAWholeClusterAndTheNextRestoreCleansUp() throws IOException {
        int operations = operations().size();
        for (int number = 1; number <= operations; number++) {
            Path target = newTarget();
            FaultyDisk disk = new FaultyDisk(new UnforcedDisk());
            disk.crashAt(number);
            assertThatThrownBy(() -> restore(disk, target))
                    .isInstanceOfAny(SimulatedCrash.class, EngineException.RestoreFailed.class);
            String when = "a crash at operation " + number + " of " + operations;
            if (!Files.exists(target)) {
                restore(new UnforcedDisk(), target);
                assertNothingBeside(target, when);
            }
            if (number % 8 == 0 || number > operations - 30) { // what is made in one go is whole; the end may not be
                assertWhole(target, when);
            }
        }
    }

    @Test
    void whatTheDeviceRefusesIsToldAndNothingIsLeft() throws IOException {
        List<String> trace = operations();
        for (int number = 1; number <= trace.size(); number++) {
            Path target = newTarget();
            FaultyDisk disk = new FaultyDisk(new UnforcedDisk());
            disk.failAt(number, new IOException("No space left on device"));
            String when = "a refusal of operation " + number + ", " + trace.get(number - 1);
            try {
                restore(disk, target);
                assertWhole(target, when);
            } catch (EngineException.RestoreFailed refused) {
                assertThat(target).as(when).doesNotExist();
                assertNothingBeside(target, when);
            }
        }
    }

    @Test
    void aDiskThatIsFullIsSaidToBeAndNothingIsLeft() throws IOException {
        for (long room = 0; room < 2L * Summed.SEGMENT_BYTES; room += 100_000) {
            Path target = newTarget();
            FaultyDisk disk = new FaultyDisk(new UnforcedDisk());
            disk.fillUpTo(room);
            assertThatThrownBy(() -> restore(disk, target))
                    .as("%s bytes of room", room)
                    .isInstanceOf(EngineException.RestoreFailed.class)
                    .hasMessageContaining("room");
            assertThat(target).doesNotExist();
            assertNothingBeside(target, room + " bytes of room");
        }
    }

    @Test
    void everythingIsForcedBeforeTheTargetHasItsName() throws IOException {
        List<String> trace = operations();
        int rename = trace.lastIndexOf("RENAME target");
        assertThat(trace.lastIndexOf("FORCE_DIRECTORY b")).isBetween(0, rename);
        assertThat(trace.lastIndexOf("FORCE ballot.new")).isBetween(0, rename);
        assertThat(trace.subList(rename, trace.size())).doesNotContain("WRITE");
        assertThat(trace.get(rename + 1)).startsWith("FORCE_DIRECTORY parent");
    }

    @Test
    void somethingElseBesideTheTargetIsNotRemoved() throws IOException {
        Path target = newTarget();
        Path beside = Files.createDirectory(target.resolveSibling("target.restoring"));
        Path letter = Files.writeString(beside.resolve("letter"), "dear");
        assertThatThrownBy(() -> restore(new UnforcedDisk(), target))
                .isInstanceOf(EngineException.RestoreFailed.class)
                .hasMessageContaining("something else has taken");
        assertThat(letter).hasContent("dear");
    }

    @Test
    void aDamagedBackupIsRefusedByFileAndPlaceBeforeAnythingIsWritten() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(root.resolve("backup"))) {
            files = found.toList();
        }
        assertThat(files).hasSize(3);
        for (Path file : files) {
            byte[] sound = Files.readAllBytes(file);
            byte[] damaged = sound.clone();
            damaged[sound.length - 10] ^= 4;
            Files.write(file, damaged);
            Path target = newTarget();
            FaultyDisk disk = new FaultyDisk(new UnforcedDisk());
            assertThatThrownBy(() -> restore(disk, target))
                    .isInstanceOf(EngineException.RestoreFailed.class)
                    .hasCauseInstanceOf(StorageException.Damaged.class)
                    .hasMessageContaining(file.toString());
            assertThat(disk.count()).as("operations").isZero();
            Files.delete(file);
            assertThatThrownBy(() -> restore(disk, target))
                    .isInstanceOf(EngineException.RestoreFailed.class)
                    .hasMessageContaining(file + " is missing");
            assertThat(disk.count()).as("operations").isZero();
            Files.write(file, sound);
        }
        Path target = newTarget();
        restore(new UnforcedDisk(), target);
        assertWhole(target, "of sound files");
    }
}
