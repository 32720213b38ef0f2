package dev.lockstep.engine.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.Applying;
import dev.lockstep.engine.replica.Links;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaPorts;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.engine.testing.NotedEvents;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.node.NodeSettings;
import dev.lockstep.storage.node.NodeStorage;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.testing.Directories;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One node of a {@link DiskCluster}: a replica on the storage that a node in production has. A process that is killed
 * leaves its directory as the kernel has it, which the next one finds as a copy under another name.
 */
final class DiskNode {
    static final int SEGMENT_BYTES = JournalSettings.MIN_SEGMENT_BYTES;
    static final JournalSettings SMALL = new JournalSettings(SEGMENT_BYTES, 1L << 30, 0);
    static final int MAX_FRAME_BYTES = 60_000;
    /** What wall clocks show in the beginning. */
    private static final long BEGINNING_NS = 1_700_000_000_000_000_000L;

    final int number;
    private final ReplicaSettings settings;
    private final Path root;
    private final UnsafeBuffer delivered = new UnsafeBuffer(ByteBuffer.allocateDirect(2 << 20));
    /** Set by the flusher's thread. */
    private final AtomicBoolean isFlushed = new AtomicBoolean();

    private Path directory;
    private BootId boot = new BootId(1, 1);
    private int copies;
    private long identities;
    private long draws;
    private NodeStorage storage;
    private StoredSnapshots snapshots;
    private Background background;
    private Replica replica;
    private NotedEvents events;

    DiskNode(ReplicaSettings settings, Path root) {
        this.settings = settings;
        this.number = settings.node();
        this.root = root;
        this.directory = root.resolve("0");
    }

    /** Drawn numbers differ, and yet the node with the lowest number waits the least before it campaigns. */
    private long draw() {
        return number * settings.electionTimeoutNs() / 4 + draws++ * settings.electionTimeoutNs();
    }

    boolean isRunning() {
        return replica != null;
    }

    Replica replica() {
        return replica;
    }

    NodeStorage storage() {
        return storage;
    }

    Journal journal() {
        return storage.journal();
    }

    NotedEvents events() {
        return events;
    }

    StoredSnapshots snapshots() {
        return snapshots;
    }

    Path directory() {
        return directory;
    }

    Ballot ballot() {
        return storage.ballots().read().ballot();
    }

    static long wallClockNs(long nowNs) {
        return BEGINNING_NS + nowNs;
    }

    void start(Links links, long nowNs) {
        storage = NodeStorage.open(new NodeSettings(
                directory,
                settings.founders().size() == 1,
                settings.durability(),
                ClusterId.UNBORN,
                SMALL,
                Disk.system(),
                () -> boot,
                SystemNanoClock.INSTANCE,
                () -> number * 100L + ++identities));
        snapshots = new StoredSnapshots(storage.snapshots());
        events = new NotedEvents();
        isFlushed.set(false);
        storage.journal().onFlushed((generation, index) -> isFlushed.set(true));
        background = new Background(number, storage.agents());
        ReplicaPorts ports = new ReplicaPorts(
                storage.journal(),
                storage.marks(),
                storage.ballots(),
                storage.register(),
                snapshots,
                Applying.NOTHING,
                storage.orphans(),
                links,
                events,
                this::draw,
                MAX_FRAME_BYTES);
        replica = new Replica(settings, ports, nowNs, wallClockNs(nowNs));
        replica.start();
    }

    void turn(long nowNs) {
        background.check();
        replica.onTick(nowNs, wallClockNs(nowNs));
    }

    /** Hands over what the flusher has said since. */
    void hearFlusher() {
        if (isFlushed.getAndSet(false)) {
            replica.onFlushed();
        }
    }

    void hear(int from, DirectBuffer message) {
        delivered.putBytes(0, message, 0, message.capacity());
        replica.onMessage(from, delivered, 0, message.capacity());
    }

    /** Ends the process in good order. */
    void close() {
        if (isRunning()) {
            replica.close();
            replica = null;
            background.stop();
            snapshots.close();
            storage.close();
        }
    }

    /** Ends the process where it stands; the machine lives on. */
    void kill() {
        background.stop();
        Path left = root.resolve(Integer.toString(++copies));
        Directories.copy(directory, left);
        close();
        directory = left;
    }

    /** The machine has been restarted before the node is started again. */
    void reboot() {
        boot = new BootId(boot.high() + 1, 1);
    }

    /** Keeps a snapshot of what is known to be committed. */
    FrameRef snapshot(byte[] state) {
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.seek(replica.commitIndex())).isEqualTo(ReadResult.FRAME);
            Frame frame = reader.frame();
            ExpandableArrayBuffer config = new ExpandableArrayBuffer();
            int length = replica.configAt(frame.lastIndex(), config, 0);
            assertThat(length).isPositive();
            SnapshotManifest manifest = new SnapshotManifest(
                    frame.ref(),
                    replica.config().clusterId(),
                    replica.epochAt(frame.lastIndex()),
                    frame.stateMachineVersion(),
                    frame.clusterTimeNs(),
                    new UnsafeBuffer(config, 0, length));
            snapshots.publish(manifest, state);
            return manifest.last();
        }
    }

    /** @return whether it can be read here now */
    boolean holds(FrameRef frame) {
        try (JournalReader reader = journal().newReader()) {
            return reader.seek(frame.index()) == ReadResult.FRAME
                    && reader.frame().ref().equals(frame);
        }
    }

    /** @return the frame that holds an index, which must be readable */
    FrameRef holding(long index) {
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.seek(index))
                    .as("index %d of node %d: %s", index, number, reader.damage())
                    .isEqualTo(ReadResult.FRAME);
            return reader.frame().ref();
        }
    }
}
