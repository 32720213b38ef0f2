package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.pipeline.StateSnapshots.Taking;
import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.FileSnapshotStore;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotSettings;
import dev.lockstep.storage.snapshot.SnapshotStore;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The replica's thread is the test's; the workers of two nodes have threads of their own, and do what chance has them do. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class NodeSnapshotsThreadsTest {
    private static final int CHUNK_BYTES = SnapshotSettings.MIN_CHUNK_BYTES;

    /** A node whose background thread serves and takes chunks, and takes snapshots when it is told to. */
    private static final class Node implements AutoCloseable {
        final SnapshotTurn turn = new SnapshotTurn(SystemNanoClock.INSTANCE, SnapshotTurn.DEFAULT_PATIENCE_NS);
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final SnapshotStore store;
        final NodeSnapshots snapshots;
        private final StateSnapshots states;
        private final AgentRunner runner;
        private volatile Order order;

        /** A snapshot to be taken. */
        private record Order(SnapshotManifest manifest, long branch) {}

        Node(Disk disk, Path directory) {
            store = FileSnapshotStore.open(
                    disk,
                    directory,
                    SnapshotSettings.of(ClusterId.UNBORN, damaged -> failure.compareAndSet(null, damaged))
                            .withChunkBytes(CHUNK_BYTES));
            snapshots = new NodeSnapshots(store, CHUNK_BYTES, turn, new NoSnapshots());
            states = new StateSnapshots(store, turn);
            runner = new AgentRunner(new YieldingIdleStrategy(), e -> failure.compareAndSet(null, e), null, new Both());
            AgentRunner.startOnThread(runner);
        }

        /** What shares the background thread. */
        private final class Both implements org.agrona.concurrent.Agent {
            @Override
            public int doWork() throws Exception {
                Order next = order;
                if (next != null) {
                    Taking taking = states.take(
                            next.manifest(),
                            new SnapshotOrder(next.branch(), 0, () -> false),
                            parts(Blob.of(lengthOf(next.manifest().last()))));
                    if (taking != Taking.BUSY) {
                        order = null;
                    }
                }
                return snapshots.worker().doWork();
            }

            @Override
            public void onClose() {
                snapshots.worker().onClose();
            }

            @Override
            public String roleName() {
                return "background";
            }
        }

        boolean isTaking() {
            return order != null;
        }

        void take(SnapshotManifest manifest) {
            order = new Order(manifest, turn.branch());
        }

        void check() {
            assertThat(failure.get()).isNull();
        }

        @Override
        public void close() {
            runner.close();
            snapshots.close();
            store.close();
            check();
        }
    }

    @TempDir
    private Path directory;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 20]);
    private final IdleStrategy idle = new YieldingIdleStrategy();
    private final UnsafeBuffer noise = new UnsafeBuffer(new byte[1 << 20]);
    private Node from;
    private Node to;

    private void open(Disk disk) {
        from = new Node(disk, directory.resolve("from"));
        to = new Node(disk, directory.resolve("to"));
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
    }

    private static int lengthOf(FrameRef last) {
        return (int) (last.index() * 7919 % 60_000);
    }

    private static FrameRef frame(long index) {
        return new FrameRef(index, 2, (int) index * 31);
    }

    private static SnapshotManifest manifest(long index) {
        return new SnapshotManifest(frame(index), new ClusterId(5), 3, 1, 77, new UnsafeBuffer(new byte[] {1, 2, 3}));
    }

    private void takeAt(Node node, long index) {
        node.take(manifest(index));
        while (node.isTaking()) {
            node.check();
            idle.idle();
        }
    }

    /** @return false if it is not kept, or no more */
    private static boolean loads(Node node, FrameRef last) {
        Blob loaded = new Blob();
        StateSnapshots states = new StateSnapshots(node.store, node.turn);
        if (!states.load(last, parts(loaded))) {
            return false;
        }
        assertThat(loaded.bytes()).isEqualTo(Blob.of(lengthOf(last)).bytes());
        return true;
    }

    private static StateParts parts(Blob machine) {
        return new StateParts(
                new SessionTable(2, new ReplyLog(100, 10)), new Timers(), new Withheld(), new Checkpoints(1), machine);
    }

    /** One turn of the replicas of both nodes: asks for a chunk, and hands it over if it is there. */
    private int turn(FrameRef last) {
        int wanted = to.snapshots.wantedChunk(last);
        if (wanted >= 0) {
            int length = from.snapshots.read(last, wanted, buffer, 0);
            if (length > 0) {
                to.snapshots.onChunk(last, wanted, buffer, 0, length);
                to.snapshots.onChunk(last, wanted, noise, 0, length); // while the worker looks at the other one
            }
        }
        return wanted;
    }

    @Test
    void snapshotsComeOverWholeOneAfterTheOther() {
        open(new UnforcedDisk());
        for (long index = 1; index <= 60; index++) {
            takeAt(from, index);
            int said = turn(frame(index));
            while (said != Snapshots.COMPLETE) {
                assertThat(said).isNotEqualTo(Snapshots.GONE);
                idle.idle();
                said = turn(frame(index));
            }
            assertThat(loads(to, frame(index))).isTrue();
        }
    }

    /** Transfers change, snapshots are taken on both sides, branches are left: no answer is wrong, and nothing hangs. */
    @Test
    void whateverTheReplicasThreadAsksWhileTheWorkerWorksNoAnswerIsWrong() {
        open(new UnforcedDisk());
        SplittableRandom random = new SplittableRandom(11);
        long index = 1;
        int complete = 0;
        int left = 0;
        takeAt(from, index);
        FrameRef wanted = frame(index);
        while (complete < 100 || left < 100) {
            switch (random.nextInt(400)) {
                case 0 -> {
                    index++;
                    from.take(manifest(index));
                }
                case 1 -> wanted = frame(Math.max(1, index - random.nextInt(2)));
                case 2 -> to.take(manifest(index + random.nextInt(2)));
                case 3 -> {
                    long fork = Math.max(0, index - 1 - random.nextInt(3));
                    to.snapshots.orphanBeyond(fork);
                    assertThat(to.store.kept())
                            .as("also of what was being taken or fetched")
                            .allMatch(kept -> kept.last().index() <= fork);
                    left++;
                }
                default -> {
                    if (turn(wanted) == Snapshots.COMPLETE && random.nextInt(20) == 0 && loads(to, wanted)) {
                        complete++; // if not, the one that was being taken has pushed it out
                    }
                }
            }
            from.check();
            to.check();
        }
        to.runner.close();
        assertThat(to.store.kept()).allMatch(kept -> loads(to, kept.last()));
    }

    /** The replica waits for one piece of work at most, and what was begun before comes to nothing. */
    @Test
    void aBranchIsLeftWhileASnapshotOfItIsBeingTaken() {
        open(new UnforcedDisk());
        for (int round = 0; round < 300; round++) {
            to.take(manifest(50));
            for (int spin = 0; spin < round * 20; spin++) {
                Thread.onSpinWait(); // leaves at another moment each time
            }
            to.snapshots.orphanBeyond(49);
            while (to.isTaking()) {
                idle.idle();
            }
            assertThat(to.snapshots.newest()).as("round %d", round).isNull();
        }
    }

    @Test
    void aBranchIsLeftAfterTheWorkersThreadHasEnded() {
        open(new UnforcedDisk());
        takeAt(to, 5);
        to.snapshots.wantedChunk(frame(9));
        to.runner.close();
        to.snapshots.orphanBeyond(4);
        assertThat(to.snapshots.newest()).isNull();
    }
}
