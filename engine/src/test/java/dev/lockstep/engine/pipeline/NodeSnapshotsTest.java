package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotSettings;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies between the replica's thread and the worker's; the tests say when the worker works. */
final class NodeSnapshotsTest {
    private static final FrameRef LAST = new FrameRef(10, 2, 77);
    private static final FrameRef NEXT = new FrameRef(20, 2, 88);
    private static final int CHUNK_BYTES = SnapshotSettings.MIN_CHUNK_BYTES;

    @TempDir
    private Path directory;

    private final FaultyDisk disk = new FaultyDisk(new UnforcedDisk());
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 20]);
    private WorkedSnapshots from;
    private WorkedSnapshots to;

    @BeforeEach
    void open() {
        from = new WorkedSnapshots(new UnforcedDisk(), directory.resolve("from"), CHUNK_BYTES);
        to = new WorkedSnapshots(disk, directory.resolve("to"), CHUNK_BYTES);
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
    }

    private static SnapshotManifest manifest(FrameRef last) {
        return new SnapshotManifest(last, new ClusterId(5), 3, 2, 77, new UnsafeBuffer(new byte[] {1, 2, 3}));
    }

    private static byte[] stateOf(int length) {
        byte[] state = new byte[length];
        new SplittableRandom(length).nextBytes(state);
        return state;
    }

    private int ask(FrameRef snapshot, int number) {
        return from.node.read(snapshot, number, buffer, 0);
    }

    /** Has a chunk come that is wanted, the worker of both sides working. */
    private void bring(WorkedSnapshots source, FrameRef snapshot, int number) {
        int length = source.read(snapshot, number, buffer, 0);
        assertThat(length).isPositive();
        to.onChunk(snapshot, number, buffer, 0, length);
    }

    private int bringAll(WorkedSnapshots source, FrameRef snapshot) {
        int wanted = to.wantedChunk(snapshot);
        while (wanted >= 0) {
            bring(source, snapshot, wanted);
            wanted = to.wantedChunk(snapshot);
        }
        return wanted;
    }

    // ---- serving

    @Test
    void aChunkIsThereOnceTheWorkerHasReadIt() {
        from.publish(manifest(LAST), stateOf(50_000));
        assertThat(ask(LAST, 3)).isEqualTo(Snapshots.LATER);
        assertThat(ask(LAST, 3)).isEqualTo(Snapshots.LATER);
        assertThat(from.work()).isEqualTo(1);
        assertThat(ask(LAST, 3)).isEqualTo(CHUNK_BYTES);
    }

    @Test
    void theNextChunkIsReadAheadAndTheLastOneIsFollowedByNone() {
        from.publish(manifest(LAST), stateOf(10_000));
        assertThat(ask(LAST, 0)).isEqualTo(Snapshots.LATER);
        for (int number = 0; number < 4; number++) {
            from.workOff();
            assertThat(ask(LAST, number)).as("chunk %d", number).isPositive();
        }
        from.workOff();
        assertThat(ask(LAST, 4)).as("the trailer").isEqualTo(128);
        assertThat(from.work()).isZero();
        assertThat(ask(LAST, 5)).isEqualTo(Snapshots.LATER);
        from.workOff();
        assertThat(ask(LAST, 5)).isEqualTo(Snapshots.GONE);
        assertThat(ask(LAST, -1)).isEqualTo(Snapshots.GONE);
        assertThat(ask(LAST, Integer.MAX_VALUE)).isEqualTo(Snapshots.LATER);
        from.workOff();
        assertThat(ask(LAST, Integer.MAX_VALUE)).isEqualTo(Snapshots.GONE);
    }

    @Test
    void twoPeersAtDifferentPlacesAreServedAtOnceEachWithItsNextChunk() {
        from.publish(manifest(LAST), stateOf(200_000));
        ask(LAST, 1);
        ask(LAST, 30);
        from.workOff();
        for (int step = 0; step < 10; step++) {
            assertThat(ask(LAST, 1 + step)).isPositive();
            assertThat(ask(LAST, 30 + step)).isPositive();
            from.workOff();
        }
    }

    @Test
    void whatWasOfUseLongestAgoGoesAndWhatIsAskedForStays() {
        from.publish(manifest(LAST), stateOf(200_000));
        for (int number = 10; number < 50; number += 10) {
            assertThat(ask(LAST, number)).isEqualTo(Snapshots.LATER);
        }
        assertThat(ask(LAST, 5)).as("there is no room to ask").isEqualTo(Snapshots.LATER);
        assertThat(from.work()).isEqualTo(1);
        assertThat(from.work()).isEqualTo(1);
        assertThat(from.work()).isEqualTo(1);
        assertThat(from.work()).isEqualTo(1);
        assertThat(from.work()).isZero();
        assertThat(ask(LAST, 5)).isEqualTo(Snapshots.LATER);
        from.workOff();
        assertThat(ask(LAST, 5)).isPositive();
        assertThat(ask(LAST, 40)).as("it was of use").isPositive();
        assertThat(ask(LAST, 10)).as("it went").isEqualTo(Snapshots.LATER);
    }

    @Test
    void aDamagedOneIsGone() {
        from.publish(manifest(LAST), stateOf(200_000));
        SnapshotFiles.flipByteInTheMiddleOf(directory.resolve("from"));
        int number = 0;
        while (from.read(LAST, number, buffer, 0) > 0) {
            number++;
        }
        assertThat(number).isBetween(20, 30);
        assertThat(from.read(LAST, number, buffer, 0)).isEqualTo(Snapshots.GONE);
        assertThat(from.read(LAST, 0, buffer, 0)).as("read before that").isEqualTo(Snapshots.GONE);
        assertThat(from.newest()).isNull();
        assertThat(from.damages).hasSize(1);
    }

    @Test
    void oneThatWasDamagedAndTakenAnewIsNotMixedWithWhatWasReadBefore() {
        from.publish(manifest(LAST), stateOf(200_000));
        from.read(LAST, 1, buffer, 0);
        SnapshotFiles.flipByteInTheMiddleOf(directory.resolve("from"));
        assertThat(from.store.verify(LAST)).isFalse();
        byte[] another = stateOf(200_001);
        from.publish(manifest(LAST), another);
        assertThat(ask(LAST, 1)).as("not what was read before").isEqualTo(Snapshots.LATER);
        assertThat(bringAll(from, LAST)).isEqualTo(Snapshots.COMPLETE);
        assertThat(to.state(LAST)).isEqualTo(another);
    }

    @Test
    void whatIsKeptNoMoreIsLetGo() {
        from.publish(manifest(LAST), stateOf(1));
        from.read(LAST, 0, buffer, 0);
        from.workOff(); // it reads ahead
        from.publish(manifest(NEXT), stateOf(1));
        assertThat(from.work()).as("it is still kept").isZero();
        from.publish(manifest(new FrameRef(30, 2, 99)), stateOf(1));
        assertThat(from.work()).as("it is closed").isEqualTo(1);
        assertThat(from.work()).isZero();
    }

    @Test
    void oneWithChunksThatNobodyHereHasRoomForIsNotServed() {
        try (WorkedSnapshots large = new WorkedSnapshots(
                new UnforcedDisk(), directory.resolve("large"), SnapshotSettings.DEFAULT_CHUNK_BYTES)) {
            large.publish(manifest(LAST), stateOf(1 << 20));
            SnapshotTurn turn = new SnapshotTurn(large.clock, 1000);
            NodeSnapshots small = new NodeSnapshots(large.store, CHUNK_BYTES, turn, new NoSnapshots());
            assertThat(small.read(LAST, 0, buffer, 0)).isEqualTo(Snapshots.LATER);
            assertThatCode(() -> small.worker().doWork()).doesNotThrowAnyException();
            assertThat(small.read(LAST, 0, buffer, 0)).isEqualTo(Snapshots.GONE);
            small.close();
        }
    }

    /** A member that is brought one would turn to others, or wait, all the while. */
    @Test
    void whileANewerOneIsTakenChunksOfTheOlderOneAreServed() {
        from.publish(manifest(LAST), stateOf(50_000));
        Blob machine = new Blob() {
            @Override
            public void save(SnapshotOutput out) {
                for (int number = 0; number < 10; number++) {
                    out.putBytes(new UnsafeBuffer(new byte[100_000]), 0, 100_000);
                    assertThat(from.read(LAST, number, buffer, 0)).isPositive();
                }
            }
        };
        StateParts parts = new StateParts(
                new SessionTable(2, new ReplyLog(100, 10)), new Timers(), new Withheld(), new Checkpoints(1), machine);
        SnapshotOrder order = new SnapshotOrder(from.turn.branch(), 0, () -> false);
        assertThat(new StateSnapshots(from.store, from.turn).take(manifest(NEXT), order, parts))
                .isEqualTo(StateSnapshots.Taking.PUBLISHED);
    }

    // ---- receiving

    @Test
    void aTransferBeginsWhenTheWorkerHasTime() {
        assertThat(to.node.wantedChunk(LAST)).isEqualTo(Snapshots.LATER);
        assertThat(to.node.isReceiving()).isTrue();
        assertThat(to.work()).isEqualTo(1);
        assertThat(to.node.wantedChunk(LAST)).isZero();
    }

    @Test
    void whileOneChunkIsOnItsWayToTheDeviceOthersAreIgnored() {
        from.publish(manifest(LAST), stateOf(10_000));
        assertThat(to.wantedChunk(LAST)).isZero();
        int length = from.read(LAST, 0, buffer, 0);
        to.node.onChunk(LAST, 0, buffer, 0, length);
        buffer.setMemory(0, length, (byte) 0);
        to.node.onChunk(LAST, 0, buffer, 0, length);
        assertThat(to.node.wantedChunk(LAST)).isEqualTo(Snapshots.LATER);
        assertThat(to.work()).isEqualTo(1);
        assertThat(to.node.wantedChunk(LAST)).isEqualTo(1);
        assertThat(bringAll(from, LAST)).isEqualTo(Snapshots.COMPLETE);
        assertThat(to.node.isReceiving()).isFalse();
    }

    @Test
    void whatIsLongerThanAnyChunkIsIgnored() {
        to.wantedChunk(LAST);
        to.node.onChunk(LAST, 0, buffer, 0, to.maxChunkBytes() + 1);
        to.node.onChunk(LAST, 0, buffer, 0, 0);
        to.node.onChunk(LAST, -1, buffer, 0, 10);
        assertThat(to.work()).isZero();
    }

    @Test
    void aTransferWaitsUntilTheSnapshotThatIsTakenHereIsDone() {
        from.publish(manifest(NEXT), stateOf(1));
        try (SnapshotWriter writer = to.store.begin(manifest(LAST)).orElseThrow()) {
            assertThat(to.wantedChunk(NEXT)).isEqualTo(Snapshots.LATER);
            writer.publish();
        }
        assertThat(bringAll(from, NEXT)).isEqualTo(Snapshots.COMPLETE);
    }

    @Test
    void aTransferThatIsOfNoUseAnyMoreMakesRoomForOneThatIsTakenHere() {
        from.publish(manifest(LAST), stateOf(1));
        to.wantedChunk(NEXT);
        assertThatThrownBy(() -> to.store.begin(manifest(LAST))).isInstanceOf(StorageException.InUse.class);
        assertThat(bringAll(from, LAST)).as("in place of the other one").isEqualTo(Snapshots.COMPLETE);
        assertThat(to.wantedChunk(NEXT)).isZero();
        assertThat(to.wantedChunk(LAST)).isEqualTo(Snapshots.COMPLETE);
        to.workOff();
        to.publish(manifest(NEXT), stateOf(2));
    }

    @Test
    void oneThatCameAndWasDamagedSinceComesAnew() {
        from.publish(manifest(LAST), stateOf(100_000));
        assertThat(to.wantedChunk(LAST)).isZero();
        for (int number = 0; to.newest() == null; number++) {
            bring(from, LAST, number);
        }
        SnapshotFiles.flipByteInTheMiddleOf(directory.resolve("to")); // before it was asked whether it is complete
        assertThat(to.store.verify(LAST)).isFalse();
        assertThat(bringAll(from, LAST)).isEqualTo(Snapshots.COMPLETE);
        assertThat(to.state(LAST)).isEqualTo(stateOf(100_000));
    }

    @Test
    void aPeerWhoseSnapshotOfTheSameFrameIsCutInAnotherWayIsTakenFromTheBeginning() {
        try (WorkedSnapshots other = new WorkedSnapshots(new UnforcedDisk(), directory.resolve("other"), CHUNK_BYTES)) {
            from.publish(manifest(LAST), stateOf(50_000));
            other.publish(manifest(LAST), stateOf(60_000));
            assertThat(to.wantedChunk(LAST)).isZero();
            bring(from, LAST, 0);
            bring(from, LAST, 1);
            bring(from, LAST, 2);
            bring(other, LAST, 3);
            bring(other, LAST, 3);
            assertThat(to.wantedChunk(LAST)).as("a mistake ends nothing").isEqualTo(3);
            bring(from, LAST, 3);
            assertThat(to.wantedChunk(LAST)).isEqualTo(4);
            bring(other, LAST, 4);
            bring(other, LAST, 4);
            assertThat(to.wantedChunk(LAST)).isEqualTo(4);
            assertThat(bringAll(other, LAST)).isEqualTo(Snapshots.COMPLETE);
            assertThat(to.state(LAST)).isEqualTo(stateOf(60_000));
        }
    }

    // ---- the device

    @Test
    void aTransferWhoseServerHasDiedGoesOnWhereItWasFromWhoeverHasTheSame() {
        byte[] state = stateOf(50_000);
        from.publish(manifest(LAST), state);
        try (WorkedSnapshots other = new WorkedSnapshots(new UnforcedDisk(), directory.resolve("other"), CHUNK_BYTES)) {
            other.publish(manifest(LAST), state);
            for (int number = to.wantedChunk(LAST); number < 5; number++) {
                bring(from, LAST, number);
            }
            from.close();
            assertThat(to.wantedChunk(LAST)).isEqualTo(5);
            assertThat(bringAll(other, LAST)).isEqualTo(Snapshots.COMPLETE);
            assertThat(to.state(LAST)).isEqualTo(state);
        }
    }

    @Test
    void aFullDiskIsSaidOnceAndThenTheTransferBeginsAnew() {
        from.publish(manifest(LAST), stateOf(50_000));
        to.wantedChunk(LAST);
        disk.fillUpTo(2 * CHUNK_BYTES);
        assertThatThrownBy(() -> bringAll(from, LAST)).isInstanceOf(StorageException.DiskFull.class);
        assertThat(to.wantedChunk(LAST)).isZero();
        disk.fillUpTo(Long.MAX_VALUE);
        assertThat(bringAll(from, LAST)).isEqualTo(Snapshots.COMPLETE);
    }

    @Test
    void aDeviceThatRefusesIsThrownOnTheReplicasThreadFromThenOn() {
        from.publish(manifest(LAST), stateOf(50_000));
        to.wantedChunk(LAST);
        disk.failAt(FaultyDisk.Operation.FORCE, 1, new IOException("Input/output error"));
        assertThatThrownBy(() -> bringAll(from, LAST))
                .isInstanceOf(StorageException.class)
                .isNotInstanceOf(StorageException.DiskFull.class)
                .hasMessageContaining("Input/output error")
                .hasCauseInstanceOf(StorageException.ForceFailed.class);
        assertThatThrownBy(to::newest).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> to.read(LAST, 0, buffer, 0)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> to.onChunk(LAST, 0, buffer, 0, 1)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> to.orphanBeyond(0)).isInstanceOf(StorageException.class);
        assertThat(to.work()).as("it works no more").isZero();
    }

    // ---- a branch that was left

    @Test
    void whatIsUnderWayEndsWithTheBranchAlsoWhenNobodyWorksAnyMore() {
        from.publish(manifest(LAST), stateOf(50_000));
        from.publish(manifest(NEXT), stateOf(50_000));
        to.publish(manifest(LAST), stateOf(1));
        to.read(LAST, 0, buffer, 0);
        to.wantedChunk(NEXT);
        bring(from, NEXT, 0);
        int length = from.read(NEXT, 1, buffer, 0);
        to.node.onChunk(NEXT, 1, buffer, 0, length);
        assertThat(to.node.read(LAST, 2, buffer, 0)).isEqualTo(Snapshots.LATER);
        long before = to.turn.branch();
        to.orphanBeyond(5); // without the worker
        assertThat(to.newest()).isNull();
        assertThat(to.turn.branch()).isNotEqualTo(before);
        assertThat(to.work()).as("nothing is left of it").isZero();
        assertThat(bringAll(from, NEXT)).isEqualTo(Snapshots.COMPLETE);
        assertThat(to.state(NEXT)).isEqualTo(stateOf(50_000));
    }

    @Test
    void whoeverHoldsTheStoreForTooLongStopsTheNodeAndNothingIsSetAside() {
        to.publish(manifest(LAST), stateOf(1));
        assertThat(to.turn.tryTake()).isTrue();
        assertThatThrownBy(() -> to.orphanBeyond(5))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("the background thread");
        assertThat(to.newest()).isNotNull();
        to.turn.release();
        to.orphanBeyond(5);
        assertThat(to.newest()).isNull();
    }

    @Test
    void whileTheReplicaWaitsNothingNewIsBegun() {
        to.wantedChunk(NEXT);
        from.publish(manifest(LAST), stateOf(1));
        assertThat(from.turn.tryTake()).isTrue();
        assertThat(from.node.read(LAST, 0, buffer, 0)).isEqualTo(Snapshots.LATER);
        from.clock.whileAskedOnce(() -> {
            from.turn.release(); // whoever had it is done, and would go on with the next piece
            assertThat(from.work()).isZero();
            assertThat(from.turn.tryTake()).isFalse();
        });
        from.orphanBeyond(100);
        assertThat(from.read(LAST, 0, buffer, 0)).isPositive();
    }

    // ---- all together

    @Test
    void whileNothingHappensNothingIsMade() {
        from.publish(manifest(LAST), stateOf(50_000));
        from.read(LAST, 0, buffer, 0);
        from.workOff();
        to.publish(manifest(LAST), stateOf(1));
        to.wantedChunk(NEXT);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 5 && allocated > 0; round++) { // the first ones are still being compiled
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20_000; i++) {
                to.node.newest();
                to.node.wantedChunk(NEXT);
                from.node.read(LAST, 0, buffer, 0);
                from.node.read(LAST, 1, buffer, 0);
                from.node.wantedChunk(LAST);
                from.work();
                to.work();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).isZero();
    }

    @Test
    void afterItIsClosedNothingIsHeldAndNothingIsDone() {
        from.publish(manifest(LAST), stateOf(1));
        to.wantedChunk(LAST);
        bring(from, LAST, 0);
        to.node.close();
        to.node.close();
        assertThat(to.work()).isZero();
        to.publish(manifest(LAST), stateOf(1)); // the transfer has made room
        to.node.wantedChunk(NEXT);
        assertThat(to.work()).isZero();
        from.node.worker().onClose();
        from.node.read(LAST, 1, buffer, 0);
        assertThat(from.work()).isZero();
        from.store.begin(manifest(NEXT)).orElseThrow().close();
    }
}
