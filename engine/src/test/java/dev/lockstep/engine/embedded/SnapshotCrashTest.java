package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineOnDisk;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.storage.testing.Directories;
import dev.lockstep.storage.testing.ForwardingDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node dies at any step of a snapshot, or of letting go of the log behind it: the next one has all that was answered. */
@Timeout(240)
final class SnapshotCrashTest {
    private static final int COMMAND_BYTES = 1000;
    private static final int COMMANDS = 1500;

    @TempDir
    private Path root;

    private final List<Path> left = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();

    /** Keeps what a process that was killed before this operation would leave: nothing but the operations changes then. */
    private final class CopyingDisk extends StepwiseDisk {
        volatile boolean isWatched;

        @Override
        synchronized void before(String step) {
            boolean isOfSnapshot = Thread.currentThread().getName().endsWith("-state");
            if (!isWatched || !(isOfSnapshot || step.startsWith("delete "))) {
                return;
            }
            left.add(Directories.copy(root.resolve("node"), root.resolve("left-" + left.size())));
            steps.add(step);
        }
    }

    private static EngineBuilder builder(Path directory) {
        return Engine.builder()
                .directory(directory)
                .durability(Durability.APPENDED)
                .segmentBytes(512 << 10)
                .maxCommandBytes(1024)
                .snapshots(Snapshot.never());
    }

    @Test
    void aProcessThatIsKilledAtAnyStepLeavesAllThatWasAnswered() {
        CopyingDisk disk = new CopyingDisk();
        int base = 20_000;
        try (Engine engine = EngineOnDisk.start(builder(root.resolve("node")), new LargeAdder(600_000), disk)) {
            // nothing is let go of that a standby may want: so many commands more
            Load.blocks(engine, base + COMMANDS, COMMAND_BYTES);
            engine.snapshot().join();
            Load.blocks(engine, COMMANDS, COMMAND_BYTES);
            disk.isWatched = true;
            engine.snapshot().join();
            while (engine.status().baseIndex() == 0) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        assertThat(steps)
                .anyMatch(step -> step.startsWith("write"))
                .anyMatch(step -> step.startsWith("rename snapshot-"))
                .anyMatch(step -> step.matches("delete [0-9]+[.]cq4"));
        for (int i = 0; i < left.size(); i++) {
            LargeAdder again = new LargeAdder(600_000);
            try (Engine engine = EngineOnDisk.start(builder(left.get(i)), again, new ForwardingDisk())) {
                Load.blocks(engine, 1, COMMAND_BYTES);
                assertThat(engine.status().errors())
                        .as("before step %d, %s", i, steps.get(i))
                        .isEmpty();
            }
            assertThat(again.count)
                    .as("after a crash before step %d, %s", i, steps.get(i))
                    .isEqualTo(base + 2 * COMMANDS + 1);
        }
    }
}
