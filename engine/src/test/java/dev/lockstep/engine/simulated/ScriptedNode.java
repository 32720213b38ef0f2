package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.Applying;
import dev.lockstep.engine.replica.Links;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaPorts;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.engine.testing.NotedEvents;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.transport.Hello;
import java.nio.ByteBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One node of a {@link ScriptedCluster}: a disk that stays, and a process that comes and goes when the script says. */
final class ScriptedNode {
    private static final int MAX_FRAME_BYTES = 4096;
    private static final int STATE_BYTES = 200;

    final int number;
    final SimulatedDisk disk = new SimulatedDisk();
    private final ByteBuffer memory = ByteBuffer.allocateDirect(64 << 10);
    /** Ends where the message ends that is delivered: nothing is read beyond. */
    private final UnsafeBuffer delivered = new UnsafeBuffer(memory);

    private long draws;
    private long identities;
    ReplicaSettings settings;
    /** What the node was told of durability when it was started; the cluster's is in its CONFIG. */
    Durability durability;

    SimulatedDisk.Started started;
    NotedEvents listener;
    Replica replica;
    boolean isPaused;
    /** How long this node waits beyond the election timeout before it campaigns. */
    long patienceNs = 99_000_000;
    /** How often a ballot was forced in the present process. */
    int ballotWrites;
    /** Why the last process ended by itself; null if it did not. */
    Throwable failure;

    ScriptedNode(ReplicaSettings settings) {
        this.settings = settings;
        this.number = settings.node();
        this.durability = settings.durability();
        this.draws = number * 1_000_003L;
    }

    /** Drawn numbers differ, and yet each waiting time that follows from them is the one that the script wants. */
    private long draw() {
        return patienceNs + draws++ * SimulatedCluster.ELECTION_TIMEOUT_NS;
    }

    boolean isRunning() {
        return replica != null;
    }

    void start(Links links, long nowNs) {
        failure = null;
        ballotWrites = 0;
        isPaused = false;
        guarded(() -> {
            boolean isAlone = settings.founders().size() == 1;
            started = disk.start(durability, isAlone, () -> number * 100L + ++identities);
            listener = new NotedEvents();
            ReplicaPorts ports = new ReplicaPorts(
                    started.journal(),
                    started.marks(),
                    counting(started.ballots()),
                    started.register(),
                    started.snapshots(),
                    Applying.NOTHING,
                    started.orphans(),
                    links,
                    listener,
                    this::draw,
                    MAX_FRAME_BYTES);
            Replica opened = new Replica(settings, ports, nowNs, wallClockNs(nowNs));
            opened.start();
            started.journal().onFlushed((generation, index) -> opened.onFlushed());
            replica = opened;
        });
    }

    private BallotStore counting(BallotStore ballots) {
        return new BallotStore() {
            @Override
            public Reading read() {
                return ballots.read();
            }

            @Override
            public void write(Ballot ballot) {
                ballotWrites++;
                ballots.write(ballot);
            }
        };
    }

    private static long wallClockNs(long nowNs) {
        return SimulatedCluster.BEGINNING_NS + nowNs;
    }

    void turn(long nowNs) {
        guarded(() -> {
            started.journal().prepare();
            replica.onTick(nowNs, wallClockNs(nowNs));
        });
    }

    void hear(ScriptedLetter letter) {
        guarded(() -> {
            int length = letter.bytes().capacity();
            delivered.wrap(memory, 0, length);
            delivered.putBytes(0, letter.bytes(), 0, length);
            replica.onMessage(letter.from(), delivered, 0, length);
        });
    }

    void onLinkUp(int node, Hello hello) {
        guarded(() -> replica.onLinkUp(node, hello));
    }

    void onLinkDown(int node) {
        guarded(() -> replica.onLinkDown(node));
    }

    /** Does something in the process, which may end it, as it would end a real one. */
    void guarded(Runnable action) {
        try {
            action.run();
        } catch (SimulatedCrash | StorageException | Invariant.Violation e) {
            failure = e;
            die();
        }
    }

    void die() {
        disk.kill();
        replica = null;
    }

    Ballot ballot() {
        return disk.ballot().ballot();
    }

    FrameRef snapshot() {
        FrameRef last = disk.holding(replica.commitIndex());
        ExpandableArrayBuffer config = new ExpandableArrayBuffer();
        int length = replica.configAt(last.index(), config, 0);
        SnapshotManifest manifest = new SnapshotManifest(
                last,
                replica.config().clusterId(),
                replica.epochAt(last.index()),
                replica.config().stateMachineVersion(),
                timeAt(last.index()),
                new UnsafeBuffer(config, 0, length));
        assertThat(started.snapshots().publish(manifest, new byte[STATE_BYTES])).isTrue();
        return last;
    }

    private long timeAt(long index) {
        try (JournalReader reader = started.journal().newReader()) {
            assertThat(reader.seek(index)).isEqualTo(ReadResult.FRAME);
            return reader.frame().clusterTimeNs();
        }
    }

    /** What this node and another one of the same epoch know to be committed is the same, as far as both hold it. */
    void checkSameHistory(ScriptedNode other) {
        boolean isSameEpoch = isRunning()
                && other.isRunning()
                && replica.term().epoch() == other.replica.term().epoch();
        if (!isSameEpoch) {
            return;
        }
        long common = Math.min(replica.commitIndex(), other.replica.commitIndex());
        long first = Math.max(disk.base().index(), other.disk.base().index());
        for (long index = Math.max(1, first); index <= common; index++) {
            assertThat(disk.holding(index))
                    .as("index %d of nodes %d and %d", index, number, other.number)
                    .isEqualTo(other.disk.holding(index));
        }
    }
}
