package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.Restore;
import dev.lockstep.engine.RestoreReport;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster is backed up while it works, and another cluster begins from that. */
@Timeout(240)
final class RestoredClusterTest {
    private static final int EVERY = 5_000;
    private static final List<String> NEW_NAMES = List.of("x", "y", "z");

    @TempDir
    private Path root;

    private final BackedUp log = new BackedUp();
    private EngineTrio old;
    private EngineTrio restored;

    @BeforeEach
    void makeDirectories() throws Exception {
        old = trio("old", EngineTrio.NAMES);
        restored = trio("restored", NEW_NAMES);
    }

    private EngineTrio trio(String directory, List<String> names) throws Exception {
        return new EngineTrio(root.resolve(directory), names)
                .with(builder ->
                        builder.segmentBytes(512 << 10).maxCommandBytes(1024).snapshots(Snapshot.every(EVERY)));
    }

    @AfterEach
    void close() {
        old.close();
        restored.close();
    }

    private Path backup() {
        return root.resolve("backup");
    }

    /** Of a standby, while commands come, once it has a snapshot. */
    private BackupReport backUpStandby() {
        old.startAll();
        Engine primary = old.primary();
        log.add(primary, 2 * EVERY);
        String standby = old.standby();
        old.await("there is a snapshot", () -> old.engine(standby).status().snapshotIndex() > 0);
        CompletableFuture<BackupReport> underWay = old.engine(standby).backup(backup());
        log.addWhile(primary, () -> !underWay.isDone());
        log.add(primary, 10);
        assertThat(primary.status().failure()).isNull();
        return underWay.join();
    }

    private RestoreReport restoreTrio() {
        return Restore.from(backup()).members(restored.members()).into(root.resolve("restored"));
    }

    private void assertStateIs(EngineTrio cluster, String expected) {
        cluster.await(
                "all have that state",
                () -> cluster.names().stream()
                        .allMatch(name -> cluster.state(name).describe().equals(expected)));
    }

    @Test
    void aClusterOfOtherNamesBeginsWithTheStateElectsCommitsAndLosesItsPrimary() {
        BackupReport report = backUpStandby();
        RestoreReport made = restoreTrio();
        assertThat(made.directories()).containsOnlyKeys("x", "y", "z");
        restored.startAll();
        assertStateIs(restored, log.stateAt(report.toIndex()));
        EngineStatus status = restored.primary().status();
        assertThat(status.epoch()).isEqualTo(made.epoch());
        assertThat(status.term()).isGreaterThan(made.term());
        assertThat(status.members()).hasSize(3).allMatch(each -> NEW_NAMES.contains(each.substring(0, 1)));
        restored.add(5);
        restored.awaitAgreement();
        restored.close(restored.primary().status().node());
        restored.add(7);
        restored.awaitAgreement();
        assertThat(restored.running()).allMatch(RestoredClusterTest::isWithoutErrors);
        old.add(3); // the old cluster is none the wiser
        old.awaitAgreement();
    }

    @Test
    void aRestoredClusterIsStartedAgainAndTakesInANewNode() throws Exception {
        backUpStandby();
        restoreTrio();
        restored.startAll();
        restored.add(5);
        restored.awaitAgreement();
        restored.close();
        restored.startAll();
        restored.add(6);
        restored.awaitAgreement();
        String added = "w#4=127.0.0.1:" + EngineTrio.freePort();
        Adder adder = new Adder();
        restored.start("w", restored.members() + "," + added, adder);
        restored.primary().add(added).join();
        restored.await("it has caught up and votes", () -> {
            try {
                restored.primary().makeVoter("w").join();
                return true;
            } catch (RuntimeException notYet) {
                return false;
            }
        });
        restored.add(8);
        restored.awaitAgreement();
        assertThat(restored.running()).allMatch(RestoredClusterTest::isWithoutErrors);
    }

    /** Its log begins with the first frame of the old cluster, whose configurations it comes through one by one. */
    @Test
    void aNewNodeIsBroughtAllOfTheHistoryIfThereIsNoSnapshot() throws Exception {
        old.with(builder -> builder.snapshots(Snapshot.never())).startAll();
        log.add(old.primary(), 100);
        old.primary().backup(backup()).join();
        old.close();
        restored.with(builder -> builder.snapshots(Snapshot.never()));
        restoreTrio();
        restored.startAll();
        restored.add(5);
        String added = "w#4=127.0.0.1:" + EngineTrio.freePort();
        restored.start("w", restored.members() + "," + added, new Adder());
        restored.primary().add(added).join();
        restored.add(6);
        restored.awaitAgreement();
        assertThat(restored.engine("w").status().baseIndex()).isZero();
        assertThat(restored.running()).allMatch(RestoredClusterTest::isWithoutErrors);
    }

    /** The restored nodes take the place of the old ones, of which one was forgotten. */
    @Test
    void aMemberOfTheOldClusterIsRefusedByNameAndNeitherSideTakesAnythingUp() {
        backUpStandby();
        String members = old.members();
        old.awaitAgreement();
        long oldLast = old.primary().status().appendedIndex();
        old.close();
        RestoreReport made = Restore.from(backup()).members(members).into(root.resolve("restored"));
        EngineTrio replaced = restored;
        replaced.start("a", members, new Adder());
        replaced.start("b", members, new Adder());
        Adder stale = new Adder();
        Engine forgotten = old.start("c", stale);
        replaced.add(5);
        replaced.await(
                "both sides say so",
                () -> refusals(replaced.engine("a")).contains(made.cluster())
                        && refusals(forgotten).contains(made.cluster()));
        assertThat(refusals(replaced.engine("a"))).contains("node 3 at", "is refused: it belongs to cluster");
        assertThat(refusals(forgotten)).contains("is refused: it belongs to cluster " + made.cluster());
        replaced.add(6);
        assertThat(forgotten.status().appendedIndex()).isEqualTo(oldLast);
        assertThat(forgotten.status().role()).isNotEqualTo(Role.PRIMARY);
        assertThat(forgotten.status().epoch()).isNotEqualTo(made.epoch());
        assertThat(forgotten.status().term()).isLessThan(made.term());
        assertThat(replaced.engine("a").status().standbys())
                .filteredOn(each -> each.node().equals("c"))
                .allMatch(each -> !each.isLive());
        old.close("c");
        Adder third = new Adder();
        replaced.start("c", members, third);
        replaced.awaitAgreement();
    }

    private static String refusals(Engine engine) {
        return engine.status().errors().stream().collect(Collectors.joining("\n"));
    }

    /** But that a node which is to be added says hello before it is. */
    private static boolean isWithoutErrors(Engine engine) {
        return engine.status().errors().stream().allMatch(each -> each.contains("has no link with it; add it here"));
    }

    @Test
    void twoNodesWithAWitnessAreRestoredAndEitherGoesOnWithoutTheOther() {
        BackupReport report = backUpStandby();
        old.close();
        String members = restored.members() + "/witness";
        Restore.from(backup()).members(members).into(root.resolve("restored"));
        restored.start("x", members, new Adder());
        restored.start("y", members, new Adder());
        restored.startWitness("z", members);
        restored.add(5);
        assertThat(restored.primary().status().appliedIndex()).isGreaterThan(report.toIndex());
        restored.close(restored.primary().status().node());
        restored.add(7);
        assertThat(restored.primary().status().isOneCopy()).isTrue();
    }

    @Test
    void aWitnessHasNothingToBeBackedUp() {
        String members = restored.members() + "/witness";
        restored.start("x", members, new Adder());
        restored.start("y", members, new Adder());
        Engine witness = restored.startWitness("z", members);
        restored.add(1);
        CompletableFuture<BackupReport> refused = witness.backup(backup());
        assertThat(refused).isCompletedExceptionally();
        assertThat(Files.exists(backup())).isFalse();
    }
}
