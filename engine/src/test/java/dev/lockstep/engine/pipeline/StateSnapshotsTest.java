package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.pipeline.StateSnapshots.Taking;
import dev.lockstep.engine.replica.CheckpointVotes;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.FileSnapshotStore;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotReceiver;
import dev.lockstep.storage.snapshot.SnapshotSettings;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StateSnapshotsTest {
    private static final FrameRef LAST = new FrameRef(10, 2, 77);

    @TempDir
    private Path directory;

    private final FaultyDisk disk = new FaultyDisk(new UnforcedDisk());
    private final List<StorageException.Damaged> damages = new ArrayList<>();
    private final JumpingClock clock = new JumpingClock();
    private final SnapshotTurn turn = new SnapshotTurn(clock, 1000);
    private final SessionTable sessions = table();
    private final Timers timers = new Timers();
    private final SessionTable loadedSessions = table();
    private final Withheld withheld = new Withheld();
    private boolean isClosing;
    private FileSnapshotStore store;
    private StateSnapshots snapshots;

    @BeforeEach
    void open() {
        open(SnapshotSettings.MIN_CHUNK_BYTES);
        UnsafeBuffer reply = new UnsafeBuffer(new byte[8]);
        sessions.open(5, 1);
        sessions.admit(5, 1, 2);
        sessions.onApplied(5, 3, reply, 0, 8);
    }

    private void open(int chunkBytes) {
        store = FileSnapshotStore.open(
                disk,
                directory,
                SnapshotSettings.of(ClusterId.UNBORN, damages::add).withChunkBytes(chunkBytes));
        snapshots = new StateSnapshots(store, turn);
    }

    private static SessionTable table() {
        return new SessionTable(10, new ReplyLog(10_000, 100));
    }

    private StateParts parts(SessionTable ofSessions, Blob machine) {
        return new StateParts(ofSessions, timers, new Withheld(), new Checkpoints(1), machine);
    }

    private static SnapshotManifest manifest(FrameRef last) {
        return new SnapshotManifest(last, new ClusterId(5), 3, 2, 77, new UnsafeBuffer(new byte[] {1, 2, 3}));
    }

    private SnapshotOrder order() {
        return new SnapshotOrder(turn.branch(), 0, () -> isClosing);
    }

    private Taking take(FrameRef last, Blob machine) {
        return snapshots.take(
                manifest(last), order(), new StateParts(sessions, timers, withheld, new Checkpoints(1), machine));
    }

    private static Blob supporting(int version) {
        Blob machine = new Blob();
        machine.version = version;
        return machine;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5000, 65_532, 65_533, 3_000_000})
    void whatWasTakenIsLoaded(int length) {
        Blob taken = Blob.of(length);
        assertThat(take(LAST, taken)).isEqualTo(Taking.PUBLISHED);
        assertThat(store.kept()).containsExactly(manifest(LAST));
        Blob loaded = supporting(2);
        loadedSessions.open(99, 5);
        assertThat(snapshots.load(LAST, parts(loadedSessions, loaded))).isTrue();
        assertThat(loaded.bytes()).isEqualTo(taken.bytes());
        assertThat(loaded.versionSeen).isEqualTo(2);
        assertThat(loadedSessions.contains(99)).isFalse();
        assertThat(loadedSessions.admit(5, 1, 6)).isEqualTo(SessionTable.Admission.REPEATED);
        assertThat(loadedSessions.repeatedCode()).isEqualTo(3);
    }

    /** A node that starts from it would take for right what nobody knows to be. */
    @Test
    void whatWasDisputedIsDisputedStill() {
        Checkpoints taken = new Checkpoints(1);
        taken.dispute(new CheckpointVotes(1, 2, 2, new int[] {1, 2}, new long[] {1, 2}, new long[] {7, 8}));
        Blob blob = supporting(2);
        snapshots.take(manifest(LAST), order(), new StateParts(sessions, timers, withheld, taken, blob));
        Checkpoints loaded = new Checkpoints(1);
        snapshots.load(LAST, new StateParts(loadedSessions, timers, new Withheld(), loaded, blob));
        assertThat(loaded.dispute()).hasToString("at index 1: node 1 says 7, node 2 says 8");
    }

    @Test
    void aStateThatTheHeapHasNoRoomForIsTakenAndLoaded() {
        open(SnapshotSettings.DEFAULT_CHUNK_BYTES);
        int pieces = 8_000_000;
        Blob generated = new Blob() {
            @Override
            public void save(SnapshotOutput out) {
                for (long i = 0; i < pieces; i++) {
                    out.putLong(i * i);
                }
            }

            @Override
            public void load(SnapshotInput in) {
                long wrong = 0;
                for (long i = 0; i < pieces; i++) {
                    wrong += in.getLong() == i * i ? 0 : 1;
                }
                assertThat(wrong).isZero();
            }
        };
        generated.version = 2;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(take(LAST, generated)).isEqualTo(Taking.PUBLISHED);
        assertThat(snapshots.load(LAST, parts(loadedSessions, generated))).isTrue();
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(pieces * 8L / 4);
    }

    @Test
    void whatIsNotNewerIsNotTaken() {
        take(LAST, Blob.of(1));
        assertThat(take(LAST, Blob.of(2))).isEqualTo(Taking.STALE);
        assertThat(take(new FrameRef(20, 2, 1), Blob.of(3))).isEqualTo(Taking.PUBLISHED);
    }

    @Test
    void oneIsTakenOrFetchedAtATime() {
        try (SnapshotReceiver receiver = store.receive()) {
            assertThat(receiver.wantedChunk()).isZero();
            assertThat(take(LAST, Blob.of(1))).isEqualTo(Taking.BUSY);
        }
        assertThat(turn.tryTake()).isTrue();
        assertThat(take(LAST, Blob.of(1))).isEqualTo(Taking.BUSY);
        turn.release();
        assertThat(take(LAST, Blob.of(1))).isEqualTo(Taking.PUBLISHED);
    }

    @Test
    void whatIsOfABranchThatWasLeftIsNotTaken() {
        SnapshotOrder before = order();
        turn.take();
        turn.leaveBranch();
        turn.release();
        assertThat(snapshots.take(
                        manifest(LAST),
                        before,
                        new StateParts(sessions, timers, withheld, new Checkpoints(1), Blob.of(1))))
                .isEqualTo(Taking.LEFT);
        assertThat(store.kept()).isEmpty();
        assertThat(take(LAST, Blob.of(1))).isEqualTo(Taking.PUBLISHED);
    }

    /** However long the state machine takes, nobody waits for it: the file is closed under it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatIsBeingTakenEndsWhenItsBranchIsLeft(boolean hides) {
        take(LAST, Blob.of(1));
        AtomicInteger told = new AtomicInteger();
        Blob machine = new Blob() {
            @Override
            public void save(SnapshotOutput out) {
                out.putBytes(new UnsafeBuffer(new byte[100_000]), 0, 100_000);
                turn.take();
                turn.leaveBranch();
                store.receive().close(); // there is room for another one
                turn.release();
                try {
                    out.putBytes(new UnsafeBuffer(new byte[100_000]), 0, 100_000);
                } catch (RuntimeException e) {
                    told.incrementAndGet();
                }
                if (!hides) {
                    throw new IllegalStateException("as seen by the state machine");
                }
            }
        };
        assertThat(take(new FrameRef(20, 2, 1), machine)).isEqualTo(Taking.LEFT);
        assertThat(told).hasValue(1);
        assertThat(store.kept()).containsExactly(manifest(LAST));
        assertThat(turn.tryTake()).as("it was given back").isTrue();
        turn.release();
        assertThat(take(new FrameRef(20, 2, 1), Blob.of(1))).isEqualTo(Taking.PUBLISHED);
    }

    /** What is written or received next is not closed by whoever comes too late. */
    @Test
    void oneWhoseBranchWasLeftLeavesAloneWhatHasBegunSince() {
        List<SnapshotReceiver> begun = new ArrayList<>();
        Blob machine = new Blob() {
            @Override
            public void save(SnapshotOutput out) {
                turn.take();
                turn.leaveBranch();
                begun.add(store.receive());
                turn.release();
            }
        };
        assertThat(take(LAST, machine)).isEqualTo(Taking.LEFT);
        assertThatThrownBy(() -> store.receive()).isInstanceOf(StorageException.InUse.class);
        begun.get(0).close();
        assertThat(take(LAST, Blob.of(1))).isEqualTo(Taking.PUBLISHED);
    }

    @Test
    void theTurnIsFreeWhileTheStateMachineSaves() {
        Blob machine = new Blob() {
            @Override
            public void save(SnapshotOutput out) {
                for (int i = 0; i < 3; i++) {
                    assertThat(turn.tryTake()).isTrue();
                    turn.release();
                    out.putBytes(new UnsafeBuffer(new byte[600_000]), 0, 600_000);
                }
            }
        };
        assertThat(take(LAST, machine)).isEqualTo(Taking.PUBLISHED);
    }

    /** Also where the state machine keeps to itself what it was thrown, and puts the rest, or none of it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100_000})
    void oneThatIsCalledOffEndsAtTheNextPieceAndNothingOfItIsLeft(int rest) {
        SnapshotOrder order = order();
        AtomicInteger told = new AtomicInteger();
        Blob machine = new Blob() {
            @Override
            public void save(SnapshotOutput out) {
                out.putLong(1);
                order.callOff();
                for (int i = 0; i < rest; i++) {
                    try {
                        out.putLong(2);
                    } catch (RuntimeException e) {
                        told.incrementAndGet();
                    }
                }
            }
        };
        assertThat(snapshots.take(
                        manifest(LAST), order, new StateParts(sessions, timers, withheld, new Checkpoints(1), machine)))
                .isEqualTo(Taking.LEFT);
        assertThat(told).hasValue(rest);
        assertThat(store.kept()).isEmpty();
        assertThat(directory).isEmptyDirectory();
        assertThat(take(LAST, Blob.of(10))).isEqualTo(Taking.PUBLISHED);
    }

    @Test
    void oneThatIsCalledOffAfterItsLastPieceIsNotPublished() {
        SnapshotOrder order = order();
        Blob machine = new Blob() {
            @Override
            public void save(SnapshotOutput out) {
                super.save(out);
                isClosing = true;
            }
        };
        assertThat(snapshots.take(
                        manifest(LAST), order, new StateParts(sessions, timers, withheld, new Checkpoints(1), machine)))
                .isEqualTo(Taking.LEFT);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aStateMachineThatCannotSaveIsNamedAndWhatWasKeptStays() {
        take(LAST, Blob.of(1));
        Blob throwing = new Blob() {
            @Override
            public void save(SnapshotOutput out) {
                throw new IllegalStateException("a hash set has lost its order");
            }
        };
        assertThatThrownBy(() -> take(new FrameRef(20, 2, 1), throwing))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("index 20 (term 2")
                .hasMessageContaining("a hash set has lost its order");
        assertThat(store.kept()).containsExactly(manifest(LAST));
        assertThat(take(new FrameRef(20, 2, 1), Blob.of(2))).isEqualTo(Taking.PUBLISHED);
    }

    @Test
    void aFullDiskIsThrownAsWhatItIs() {
        disk.fillUpTo(20_000);
        Blob wrapping = new Blob() {
            @Override
            public void save(SnapshotOutput out) {
                try {
                    out.putBytes(new UnsafeBuffer(new byte[100_000]), 0, 100_000);
                } catch (StorageException e) {
                    throw new IllegalStateException("cannot save", e);
                }
            }
        };
        assertThatThrownBy(() -> take(LAST, wrapping)).isInstanceOf(StorageException.DiskFull.class);
        assertThatThrownBy(() -> take(LAST, Blob.of(100_000))).isInstanceOf(StorageException.DiskFull.class);
        disk.fillUpTo(Long.MAX_VALUE);
        assertThat(take(LAST, Blob.of(100_000))).isEqualTo(Taking.PUBLISHED);
    }

    @Test
    void aFailedForceIsThrownAsWhatItIs() {
        disk.failAt(FaultyDisk.Operation.FORCE, 1, new IOException("Input/output error"));
        assertThatThrownBy(() -> take(LAST, Blob.of(100))).isInstanceOf(StorageException.ForceFailed.class);
        assertThat(store.kept()).isEmpty();
    }

    @Test
    void whatIsNotKeptIsNotLoaded() {
        Blob machine = supporting(2);
        assertThat(snapshots.load(LAST, parts(loadedSessions, machine))).isFalse();
        assertThat(machine.versionSeen).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDamagedOneIsSetAsideAndSaidToBe(boolean hides) {
        take(LAST, Blob.of(200_000));
        SnapshotFiles.flipByteInTheMiddleOf(directory);
        Blob machine = new Blob() {
            @Override
            public void load(SnapshotInput in) {
                try {
                    super.load(in);
                } catch (RuntimeException e) {
                    if (!hides) {
                        throw new IllegalStateException("as seen by the state machine", e);
                    }
                }
            }
        };
        machine.version = 2;
        assertThat(snapshots.load(LAST, parts(loadedSessions, machine))).isFalse();
        assertThat(damages).hasSize(1);
        assertThat(store.kept()).isEmpty();
        assertThat(snapshots.load(LAST, parts(loadedSessions, machine))).isFalse();
    }

    @Test
    void oneOfNewerCodeIsRefusedWithBothVersions() {
        take(LAST, Blob.of(10));
        Blob old = supporting(1);
        assertThatThrownBy(() -> snapshots.load(LAST, parts(loadedSessions, old)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("snapshot at index 10")
                .hasMessageContaining("version 2")
                .hasMessageContaining("up to 1");
        assertThat(old.versionSeen).isZero();
        assertThat(store.kept()).hasSize(1);
        assertThat(snapshots.load(LAST, parts(loadedSessions, supporting(3)))).isTrue();
    }

    @Test
    void aLoadThatTakesTooLittleOrTooMuchNamesTheSnapshot() {
        take(LAST, Blob.of(10));
        Blob little = new Blob() {
            @Override
            public void load(SnapshotInput in) {
                in.getInt();
            }
        };
        Blob much = new Blob() {
            @Override
            public void load(SnapshotInput in) {
                super.load(in);
                in.getLong();
            }
        };
        for (Blob each : List.of(little, much)) {
            each.version = 2;
            assertThatThrownBy(() -> snapshots.load(LAST, parts(loadedSessions, each)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("snapshot at index 10");
        }
        assertThat(damages).isEmpty();
        assertThat(snapshots.load(LAST, parts(loadedSessions, supporting(2)))).isTrue();
    }

    @Test
    void sessionsOfANodeThatIsNotSetAlikeAreRefusedByName() {
        take(LAST, Blob.of(10));
        SessionTable others = new SessionTable(11, new ReplyLog(10_000, 100));
        assertThatThrownBy(() -> snapshots.load(LAST, parts(others, supporting(2))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("snapshot at index 10")
                .hasMessageContaining("there may be 10 sessions, and here there may be 11");
    }
}
