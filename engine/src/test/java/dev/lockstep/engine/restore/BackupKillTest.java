package dev.lockstep.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Restore;
import dev.lockstep.storage.ChildJvm;
import dev.lockstep.storage.testing.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed while it backs up and restores: whatever is there is whole, and whatever is not is not taken for it. */
@Timeout(240)
final class BackupKillTest {
    private static final int KILLS = Integer.getInteger("lockstep.backup.kills", 4);
    private static final int LONGEST_MS = 600;

    @TempDir
    private Path temporary;

    private int backups;
    private int restored;

    @Test
    void whatAKilledProcessLeavesIsWholeOrNotThere() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            Path root = Files.createDirectory(temporary.resolve("run" + kill));
            runAndKill(root, kill);
            check(root, "kill " + kill);
        }
        assertThat(backups).as("whole backups").isPositive();
        assertThat(restored).as("whole nodes").isPositive();
    }

    private static void runAndKill(Path root, int seed) throws IOException, InterruptedException {
        Process victim = ChildJvm.start(BackupVictim.class, root.toString());
        try (var output = victim.inputReader()) {
            String said = output.readLine();
            assertThat(said).as("what the process said").isEqualTo("ready");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(new Random(seed).nextInt(LONGEST_MS)));
            assertThat(victim.isAlive()).as("the process lives").isTrue();
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }

    private void check(Path root, String when) throws IOException {
        for (int number = 0; Files.exists(root.resolve("backup" + number)); number++) {
            Path backup = root.resolve("backup" + number);
            boolean isLast = !Files.exists(root.resolve("backup" + (number + 1)));
            BackupReport report = reportOf(backup, isLast, when);
            Path target = root.resolve("restored" + number);
            if (report != null && isWhole(target)) {
                assertGoesOn(target, report, when);
                restored++;
            }
        }
        try (Engine engine = Summed.start(root.resolve("node"))) {
            assertThat(Summed.addOne(engine)).as(when).isGreaterThan(Summed.EVERY);
        }
    }

    /** @return null if it was not finished */
    private BackupReport reportOf(Path backup, boolean mayBeUnfinished, String when) {
        try {
            BackupReport report = Restore.from(backup).check();
            backups++;
            return report;
        } catch (EngineException.RestoreFailed unfinished) {
            assertThat(mayBeUnfinished)
                    .as(when + ": " + unfinished.getMessage())
                    .isTrue();
            assertThat(unfinished).as(when).hasMessageContaining("no backup that was finished");
            return null;
        }
    }

    private static boolean isWhole(Path target) throws IOException {
        if (!Files.exists(target)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(target)) {
            return entries.findAny().isPresent();
        }
    }

    private void assertGoesOn(Path target, BackupReport report, String when) throws IOException {
        Path copy = Directories.copy(target, temporary.resolve(target.getFileName() + when));
        try (Engine engine = Summed.start(copy)) {
            long commands = Summed.addOne(engine);
            assertThat(commands).as(when).isGreaterThan(Summed.EVERY).isLessThanOrEqualTo(report.toIndex());
            assertThat(engine.status().errors()).as(when).isEmpty();
        }
    }
}
