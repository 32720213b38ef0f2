package dev.lockstep.storage.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.ChildJvm;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.testing.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that appends, rolls, cuts, compacts, sets aside, votes and takes snapshots is killed at random moments, again
 * and again on the same directory. Nothing that it has told the world is lost, and no start waits for a dead process's
 * locks.
 */
final class KillLoopTest {
    private static final int KILLS = Integer.getInteger("lockstep.kills", 200);
    /** Chronicle's shortest wait for something that will never come. */
    private static final long CHRONICLE_WAIT_MS = 1000;

    @TempDir
    private Path temporary;

    private final List<Long> reopenMs = new ArrayList<>();
    private long acknowledgements;

    @Test
    void nothingThatWasAcknowledgedIsLostWhenTheProcessIsKilled() throws Exception {
        Path directory = temporary.resolve("node");
        Path world = temporary.resolve("world");
        try (Witnessed witnessed = new Witnessed(world)) {
            for (int kill = 0; kill < KILLS; kill++) {
                runAndKill(directory, world, kill);
                Path copy = Directories.copy(directory, temporary.resolve("after" + kill));
                check(copy, witnessed, "kill " + kill);
                delete(copy);
            }
            acknowledgements = witnessed.count();
        }
        Collections.sort(reopenMs);
        System.out.printf(
                "%d kills, %d acknowledgements, reopened in %d ms (median), %d ms (longest)%n",
                KILLS, acknowledgements, reopenMs.get(KILLS / 2), reopenMs.get(KILLS - 1));
        assertThat(acknowledgements).isGreaterThan(KILLS);
        // A start that waited for a lock or an unfinished record would do so after nearly every kill.
        assertThat(reopenMs.get(KILLS / 2)).isLessThan(CHRONICLE_WAIT_MS);
    }

    private static void runAndKill(Path directory, Path world, int seed) throws IOException, InterruptedException {
        Process victim =
                ChildJvm.start(KillVictim.class, directory.toString(), world.toString(), Integer.toString(seed));
        try (var output = victim.inputReader()) {
            String said = output.readLine();
            assertThat(said)
                    .as("the process died by itself, with %s", exitOf(victim))
                    .isEqualTo("ready");
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(new Random(seed).nextInt(120_000)));
            assertThat(victim.isAlive()).as("the process died by itself").isTrue();
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }

    private static String exitOf(Process process) {
        return process.isAlive() ? "nothing said" : "exit code " + process.exitValue();
    }

    private void check(Path directory, Witnessed witnessed, String when) {
        long before = System.nanoTime();
        try (NodeStorage storage = NodeStorage.open(KillVictim.settings(directory))) {
            reopenMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before));
            assertThat(storage.report().isSameBoot()).as(when).isTrue();
            assertThat(storage.report().decision())
                    .as("%s: %s", when, storage.report().logEnd())
                    .isNotEqualTo(StartDecision.SET_ASIDE_DAMAGE);
            Ballot ballot = storage.ballots().read().ballot();
            assertThat(ballot.term()).as(when).isGreaterThanOrEqualTo(witnessed.term());
            assertThat(ballot.startCounter()).as(when).isGreaterThan(witnessed.starts());
            if (witnessed.snapshot() > 0) {
                assertThat(storage.snapshots().kept().get(0).last().index())
                        .as(when)
                        .isGreaterThanOrEqualTo(witnessed.snapshot());
            }
            readAll(storage, witnessed.acknowledged(), when);
        }
    }

    private static void readAll(NodeStorage storage, FrameRef acknowledged, String when) {
        long base = storage.journal().base().index();
        assertThat(storage.journal().appendedIndex()).as(when).isGreaterThanOrEqualTo(acknowledged.index());
        boolean seen = acknowledged.index() <= base;
        try (JournalReader reader = storage.journal().newReader()) {
            ReadResult result = reader.next();
            for (; result == ReadResult.FRAME; result = reader.next()) {
                seen |= reader.frame().ref().equals(acknowledged);
            }
            assertThat(result).as("%s: %s", when, reader.damage()).isEqualTo(ReadResult.END);
        }
        assertThat(seen)
                .as(
                        "%s: %s, log %s to %s",
                        when, acknowledged, base, storage.journal().appendedIndex())
                .isTrue();
    }

    private static void delete(Path directory) throws IOException {
        try (var all = Files.walk(directory)) {
            for (Path each : (Iterable<Path>) all.sorted(Collections.reverseOrder())::iterator) {
                Files.delete(each);
            }
        }
    }
}
