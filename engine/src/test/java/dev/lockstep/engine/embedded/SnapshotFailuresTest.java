package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.EngineOnDisk;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.Threading;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.testing.ForwardingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Disks and state machines that fail snapshots: the node says so by name, and does all else. */
@Timeout(240)
final class SnapshotFailuresTest {
    private static final int STATE_BYTES = 3_000_000;

    /** Has no room for what the state's thread writes, once it has taken so much of it. */
    private static final class FullDisk extends ForwardingDisk {
        final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

        @Override
        public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
            if (Thread.currentThread().getName().endsWith("-state")) {
                if (room.addAndGet(-bytes.remaining()) < 0) {
                    throw new IOException("No space left on device");
                }
            }
            super.write(channel, bytes, position);
        }
    }

    /** How a state machine does not load what it has saved. */
    enum Wrong {
        THROWS("a hash set has lost its order"),
        TOO_LITTLE("has not loaded all of the snapshot"),
        TOO_MUCH("cannot load the snapshot");

        final String said;

        Wrong(String said) {
            this.said = said;
        }
    }

    private static final class WrongAdder extends LargeAdder {
        private final Wrong wrong;

        WrongAdder(Wrong wrong) {
            this.wrong = wrong;
        }

        @Override
        public void load(SnapshotInput in) {
            switch (wrong) {
                case THROWS -> throw new IllegalStateException(Wrong.THROWS.said);
                case TOO_LITTLE -> in.getInt();
                case TOO_MUCH -> {
                    super.load(in);
                    in.getLong();
                }
            }
        }
    }

    @TempDir
    private Path directory;

    private EngineTrio trio;

    @AfterEach
    void close() {
        if (trio != null) {
            trio.close();
        }
    }

    private EngineBuilder single(Adder adder) {
        return ShortLogs.single(directory.resolve("a"), adder);
    }

    private void runUntilTheLogIsCut(Adder adder) {
        ShortLogs.runUntilTheLogIsCut(single(adder), engine -> Load.numbers(engine, ShortLogs.EVERY));
    }

    @Test
    void aDiskThatIsFullHalfWayThroughIsToldAndNothingHalfIsLeft() throws IOException {
        FullDisk disk = new FullDisk();
        LargeAdder adder = new LargeAdder(STATE_BYTES);
        try (Engine engine = EngineOnDisk.start(single(adder), adder, disk)) {
            Load.numbers(engine, 1);
            disk.room.set(STATE_BYTES / 2);
            Load.numbers(engine, ShortLogs.EVERY);
            EngineStatus status = ShortLogs.await(engine, now -> !now.errors().isEmpty());
            assertThat(status.errors().get(0))
                    .contains("no snapshot could be taken")
                    .contains("room");
            try (Stream<Path> files = Files.list(directory.resolve("a/snapshots"))) {
                assertThat(files).isEmpty();
            }
            disk.room.set(STATE_BYTES / 2);
            assertThatThrownBy(() -> engine.snapshot().join())
                    .cause()
                    .isInstanceOf(EngineException.SnapshotFailed.class)
                    .hasCauseInstanceOf(StorageException.DiskFull.class);
            Load.numbers(engine, 1);
            assertThat(engine.status().failure()).isNull();
            assertThat(engine.status().applierFailure()).isNull();
            disk.room.set(Long.MAX_VALUE);
            assertThat(engine.snapshot().join().index()).isGreaterThan(ShortLogs.EVERY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStateThatCannotBeLoadedAtARestartIsNamedAndTheNodeJournalsOn(Wrong wrong) {
        runUntilTheLogIsCut(new LargeAdder());
        try (OpenEngine open = OpenEngine.start(single(new WrongAdder(wrong)), Threading.COMPACT)) {
            EngineStatus status = ShortLogs.await(open.engine, now -> now.applierFailure() != null);
            assertThat(status.applierFailure())
                    .hasMessageContaining("snapshot at index")
                    .hasMessageContaining(wrong.said);
            assertThat(status.failure()).isNull();
            ShortLogs.await(open.engine, now -> now.term() > 2 && now.committedIndex() == now.appendedIndex());
        }
        assertThat(KeptFiles.of(directory.resolve("a")))
                .as("they are not to blame")
                .hasSize(2);
        LargeAdder mended = new LargeAdder();
        try (OpenEngine open = OpenEngine.start(single(mended), Threading.COMPACT)) {
            Load.numbers(open.engine, 1);
        }
        assertThat(mended.count).isPositive();
    }

    @Test
    void aSnapshotThatIsNewerThanTheCodeIsRefusedByName() {
        runUntilTheLogIsCut(new Adder(2));
        try (OpenEngine open = OpenEngine.start(single(new Adder(1)), Threading.COMPACT)) {
            EngineStatus status = ShortLogs.await(open.engine, now -> now.applierFailure() != null);
            assertThat(status.applierFailure())
                    .hasMessageContaining("is of version 2 of the state machine")
                    .hasMessageContaining("supports versions up to 1");
        }
        Adder newer = new Adder(3);
        try (OpenEngine open = OpenEngine.start(single(newer), Threading.COMPACT)) {
            Load.numbers(open.engine, 1);
        }
        assertThat(newer.count).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void aStateThatCannotBeLoadedWhenItIsBroughtIsNamedAndTheNodeJournalsAndVotesOn(Wrong wrong) {
        trio = new EngineTrio(directory).with(ShortLogs::set);
        EngineTrio.NAMES.forEach(name -> trio.start(name, new LargeAdder()));
        Load.numbers(trio.primary(), 10);
        trio.awaitAgreement();
        String away = trio.standby();
        trio.close(away);
        while (trio.primary().status().baseIndex() == 0) {
            Load.numbers(trio.primary(), ShortLogs.EVERY);
        }
        Engine back = trio.start(away, new WrongAdder(wrong));
        trio.await("it says why it applies nothing", () -> back.status().applierFailure() != null);
        trio.await(
                "and which snapshot",
                () -> back.status().applierFailure().getMessage().contains(wrong.said));
        assertThat(back.status().applierFailure()).hasMessageContaining("snapshot at index");
        String third = EngineTrio.NAMES.stream()
                .filter(name -> !name.equals(away)
                        && !name.equals(trio.primary().status().node()))
                .findFirst()
                .orElseThrow();
        trio.close(third);
        Load.numbers(trio.primary(), 10);
        assertThat(back.status().failure()).as("its journal counts").isNull();
    }
}
