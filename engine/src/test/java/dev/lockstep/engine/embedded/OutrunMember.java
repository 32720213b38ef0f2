package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One of a trio that is away until the others have let go of all that it lacks: it can only be brought a snapshot then. */
final class OutrunMember {
    private static final int SEGMENT_BYTES = 512 << 10;
    private static final int BLOCK_BYTES = 1000;
    /** More than a segment of them. */
    private static final int BLOCKS = 700;

    final String name;
    private final EngineTrio trio;
    private final Path root;

    /** @param root where the trio's directories are */
    OutrunMember(EngineTrio trio, Path root) {
        this.trio = trio;
        this.root = root;
        this.name = trio.standby();
    }

    /** Snapshots are taken when a test says so, and of the log nothing is kept for those who were away for a moment. */
    static void set(EngineBuilder builder) {
        builder.segmentBytes(SEGMENT_BYTES)
                .maxCommandBytes(1024)
                .maxJournalBytes(8L * SEGMENT_BYTES)
                .heartbeat(Duration.ofMillis(10)) // what is brought begins to come with one
                .snapshots(Snapshot.never());
    }

    Path directory() {
        return root.resolve(name);
    }

    /** Ends it. The others have applied the same then, and keep the same two snapshots. */
    void outrun() {
        long last = trio.engine(name).status().appendedIndex();
        trio.close(name);
        for (int snapshot = 0; snapshot < 2; snapshot++) {
            Load.blocks(trio.primary(), BLOCKS, BLOCK_BYTES);
            save();
        }
        trio.await(
                "all have let go of what comes before",
                () -> trio.running().stream().allMatch(each -> each.status().baseIndex() > last));
    }

    /** A standby takes a snapshot of all that is applied, and the primary has it brought. */
    void save() {
        trio.submit(10);
        trio.awaitAgreement();
        long index = trio.engine(trio.standby()).snapshot().join().index();
        trio.await(
                "all keep it",
                () -> trio.running().stream().allMatch(each -> each.status().snapshotIndex() == index));
    }

    /** It is back, has been brought all of what the others keep, and counts. */
    void assertIsLive(String when) {
        trio.awaitAgreement();
        BroughtAdder state = (BroughtAdder) trio.state(name);
        assertThat(state.applied.get()).as(when + ": the rest was loaded").isLessThan(state.count);
        Engine primary = trio.primary();
        trio.await("it is in the live stream", () -> isLive(primary));
        assertThat(primary.submit(Adder.number(7), Ack.ALL_APPENDED).join().reached())
                .as(when)
                .isEqualTo(Ack.ALL_APPENDED);
        trio.awaitAgreement();
        EngineStatus status = trio.engine(name).status();
        assertThat(status.applierFailure()).as(when).isNull();
        assertThat(status.isRecovering()).as(when).isFalse();
        assertThat(status.errors()).as(when).isEmpty();
        assertKeepsTheSame(primary.status().node(), when);
    }

    private boolean isLive(Engine primary) {
        return primary.status().standbys().stream().anyMatch(each -> each.node().equals(name) && each.isLive());
    }

    private void assertKeepsTheSame(String other, String when) {
        for (String suffix : List.of(".partial", ".damaged", ".orphan")) {
            assertThat(KeptFiles.aside(directory(), suffix)).as(when).isEmpty();
        }
        List<Path> kept = KeptFiles.of(directory());
        assertThat(kept).as(when).hasSizeBetween(1, 2);
        try {
            assertThat(Files.mismatch(
                            kept.get(0), KeptFiles.of(root.resolve(other)).get(0)))
                    .as(when + ": where it differs from what the others keep")
                    .isEqualTo(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
