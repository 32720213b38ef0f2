package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.storage.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that saves its state every few hundred commands, and cuts its log, is killed again and again. */
@Timeout(240)
final class SnapshotKillTest {
    private static final int KILLS = Integer.getInteger("lockstep.snapshot.kills", 6);

    @TempDir
    private Path directory;

    @Test
    void whateverWasAnsweredIsThereAfterEachKill() throws Exception {
        Random random = new Random(7);
        long answered = 0;
        EngineStatus status = null;
        for (int kill = 1; kill <= KILLS; kill++) {
            answered = Math.max(answered, runAndKill(random.nextInt(500)));
            LargeAdder adder = new LargeAdder();
            try (Engine engine = SnapshotVictim.builder(directory, adder).start()) {
                engine.read(ReadConsistency.LINEARIZABLE, () -> adder.count).join();
                status = engine.status();
            }
            assertThat(adder.count).as("after kill %d", kill).isGreaterThanOrEqualTo(answered);
            assertThat(adder.describe()).as("after kill %d", kill).isEqualTo(modelOf(adder.count));
            assertThat(status.errors()).as("after kill %d", kill).noneMatch(each -> each.contains("damage"));
        }
        assertThat(status.snapshotIndex())
                .as("snapshots were taken, and loaded")
                .isPositive();
        assertThat(answered).isGreaterThan((long) KILLS * SnapshotVictim.EVERY);
    }

    private static String modelOf(long count) {
        long hash = 0;
        for (long i = 1; i <= count; i++) {
            hash = hash * 31 + i;
        }
        return count * (count + 1) / 2 + " of " + count + ", " + hash;
    }

    /** @return the last number that it was answered, as far as it has said so */
    private long runAndKill(int afterMs) throws IOException, InterruptedException {
        Process victim = ChildJvm.start(SnapshotVictim.class, directory.toString());
        long answered = 0;
        try (BufferedReader output = victim.inputReader()) {
            String line = output.readLine();
            long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(afterMs);
            Thread killer = new Thread(() -> {
                while (System.nanoTime() - untilNs < 0) {
                    LockSupport.parkNanos(100_000);
                }
                victim.destroyForcibly();
            });
            killer.start();
            while (line != null) {
                answered = line.matches("[0-9]+") ? Long.parseLong(line) : answered;
                line = nextOf(output);
            }
            killer.join();
        }
        victim.waitFor();
        return answered;
    }

    private static String nextOf(BufferedReader output) {
        try {
            return output.readLine();
        } catch (IOException e) {
            return null; // the pipe broke with the process
        }
    }
}
