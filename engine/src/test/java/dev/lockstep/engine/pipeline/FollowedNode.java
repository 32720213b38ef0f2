package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.FollowListener;
import dev.lockstep.engine.Follower;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.observe.EngineCounters;
import dev.lockstep.engine.observe.StandbyCounters;
import dev.lockstep.engine.replica.Skip;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.storage.node.NodeSettings;
import dev.lockstep.storage.node.NodeStorage;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;

/**
 * A node's log on files, what applies it and what follows it, driven by hand. Its state machine is the list of the indexes
 * that it was given.
 */
final class FollowedNode implements StateMachine, AutoCloseable {
    static final SessionLimits LIMITS = new SessionLimits(4, 1_000, 1_000, 100);

    private static final JournalSettings SMALL = new JournalSettings(JournalSettings.MIN_SEGMENT_BYTES, 1L << 30, 0);
    private static final int FRAME_BYTES = 16 << 10;

    /** What the state machine was given, in all histories that it has not gone back from. */
    final List<Long> given = new ArrayList<>();

    final List<Long> damages = new ArrayList<>();
    final NodeState node = new NodeState();
    private final FrameEncoder encoder = new FrameEncoder(FRAME_BYTES, FRAME_BYTES);
    private final Path directory;
    private final WorkedSnapshots snapshots;
    long term = 1;
    long timeNs = 1;
    private NodeStorage storage;
    private long identities;
    NodeView view;
    Applier applier;
    ApplierPlace place;
    Followers followers;

    FollowedNode(Path directory) {
        this.directory = directory;
        this.snapshots = new WorkedSnapshots(Disk.system(), directory.resolve("taken"), 4096);
        open();
    }

    private void open() {
        storage = NodeStorage.open(new NodeSettings(
                directory.resolve("node"),
                true,
                Durability.APPENDED,
                ClusterId.UNBORN,
                SMALL,
                Disk.system(),
                () -> new BootId(1, 1),
                SystemNanoClock.INSTANCE,
                () -> ++identities));
        applier = new Applier(
                1,
                journal(),
                replies -> new AppliedState(this, 64, LIMITS, (session, sequence, isSilent, reply) -> {}),
                node,
                new SubmitterLanes(1, 8, 64, () -> {}),
                SystemNanoClock.INSTANCE,
                index -> {});
        StateSnapshots ofState = new StateSnapshots(snapshots.store, snapshots.turn);
        place = new ApplierPlace(new ApplierPlace.Parts(
                applier,
                new ServedReads(applier),
                new Rebuilding(snapshots.store, ofState, new MemoryState(this, 1)),
                new OwnSnapshots(
                        SnapshotRule.of(Snapshot.never(), JournalSettings.UNBOUNDED, 0),
                        new JournalRoom(journal(), JournalSettings.DEFAULT),
                        snapshots.store,
                        snapshots.turn,
                        applier,
                        node,
                        SystemNanoClock.INSTANCE,
                        thrown -> {}),
                ofState,
                node,
                SystemNanoClock.INSTANCE,
                () -> {}));
        CountersManager manager = new CountersManager(
                new UnsafeBuffer(ByteBuffer.allocateDirect(32 << 10)),
                new UnsafeBuffer(ByteBuffer.allocateDirect(8 << 10)));
        EngineCounters counters = new EngineCounters(manager);
        view = new NodeView(new NodeView.Parts(
                "a",
                1,
                counters,
                journal(),
                snapshots.store,
                applier,
                node,
                new StandbyTable(new StandbyCounters(manager), counters),
                List::of,
                SystemNanoClock.INSTANCE));
        followers = new Followers(new Followers.Parts(journal(), applier.state(), view, index -> damages.add(index)));
        place.begin(node.committed());
    }

    Journal journal() {
        return storage.journal();
    }

    /** Another process begins on the same files. */
    void restart() {
        close();
        given.clear();
        open();
        work();
    }

    @Override
    public void close() {
        assertThat(followers.close(0)).isTrue();
        place.endAtHome();
        place.endInBackground();
        storage.close();
    }

    // ---- the log

    void session(int act, long session) {
        encoder.start(FrameType.SESSION);
        CommandHead.writeSession(encoder.buffer(), encoder.claim(CommandHead.SESSION_LENGTH), session, act);
        append();
    }

    void command(long session, long sequence) {
        command(session, sequence, Submitter.ANY_INDEX);
    }

    void command(long session, long sequence, long expectedIndex) {
        encoder.start(FrameType.COMMANDS);
        put(session, sequence, expectedIndex);
        append();
    }

    /** One frame, of so many commands of a session. */
    void commands(long session, long firstSequence, int count) {
        encoder.start(FrameType.COMMANDS);
        for (int i = 0; i < count; i++) {
            put(session, firstSequence + i, Submitter.ANY_INDEX);
        }
        append();
    }

    private void put(long session, long sequence, long expectedIndex) {
        int at = encoder.claim(CommandHead.LENGTH + Long.BYTES);
        CommandHead.write(encoder.buffer(), at, session, sequence, false, expectedIndex);
        encoder.buffer().putLong(at + CommandHead.LENGTH, sequence * 10);
    }

    void empty(FrameType type) {
        encoder.start(type);
        append();
    }

    private void append() {
        encoder.term(term).after(journal().appended()).clusterTimeNs(timeNs).stateMachineVersion(1);
        encoder.seal();
        while (!journal().reserve(encoder.length())) {
            background();
        }
        journal().append(encoder.buffer(), 0, encoder.length());
    }

    void background() {
        try {
            storage.agents().preparer().doWork();
            storage.agents().flusher().doWork();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    long last() {
        return journal().appendedIndex();
    }

    /** Nothing of this is taken back any more. */
    void commit(long index) {
        node.publish(index, Math.max(index, node.applicable()));
    }

    /** All may be applied, as a primary does that goes on ahead of the commit. */
    void apply() {
        node.publish(node.committed(), last());
        work();
    }

    void commitAll() {
        commit(last());
        work();
    }

    void work() {
        while (place.workInBackground() + place.workAtHome(SystemNanoClock.INSTANCE.nanoTime()) > 0) {
            // until nothing is left
        }
    }

    void skip(long index) {
        node.publishSkips(List.of(new Skip(index, last(), null, "why")), node.committed());
        work();
    }

    /** The cluster goes on without what comes from that index on; whoever applies has not heard of it yet. */
    void cutUnheard(long index) {
        while (!journal().truncateFrom(index)) {
            background();
        }
        place.rollBack(index - 1);
        node.publish(Math.min(node.committed(), index - 1), index - 1);
    }

    void cut(long index) {
        cutUnheard(index);
        work();
    }

    /** What stands from there on is damaged: the log ends before it. */
    void setAside(long index) {
        while (!journal().setAsideFrom(index)) {
            background();
        }
        place.rollBack(index - 1);
        work();
    }

    /** Flips a bit of the command of that number, where it lies. */
    void flip(long sequence) {
        flush();
        byte[] payload = new byte[Long.BYTES];
        new UnsafeBuffer(payload).putLong(0, sequence * 10);
        String mark = new String(payload, StandardCharsets.ISO_8859_1);
        try (Stream<Path> files = Files.list(directory.resolve("node").resolve("journal"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                byte[] bytes = Files.readAllBytes(file);
                int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(mark);
                if (at >= 0) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.write(ByteBuffer.wrap(new byte[] {(byte) (bytes[at] ^ 8)}), at);
                    }
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("command " + sequence + " is in no segment");
    }

    /** Keeps a snapshot of all that is applied. */
    void takeSnapshot() {
        SnapshotManifest manifest =
                new SnapshotManifest(journal().appended(), new ClusterId(7), 1, 1, 1, new UnsafeBuffer(new byte[1]));
        StateSnapshots taker = new StateSnapshots(snapshots.store, snapshots.turn);
        AppliedState state = applier.state();
        assertThat(taker.take(manifest, new SnapshotOrder(0, 0, () -> false), state.parts()))
                .isEqualTo(StateSnapshots.Taking.PUBLISHED);
    }

    void compactBelow(long index) {
        flush();
        journal().compactBelow(index);
        background();
    }

    private void flush() {
        while (journal().flushedIndex() < last()) {
            background();
        }
    }

    // ---- who follows

    Follower follow(long fromIndex, FollowListener listener) {
        return followers.follow(fromIndex, listener);
    }

    /** @return the indexes that are told from that one on */
    List<Long> toldFrom(long fromIndex) {
        List<Long> told = new ArrayList<>();
        try (Follower follower = follow(fromIndex, command -> told.add(command.index()))) {
            pollAll(follower);
        }
        return told;
    }

    static void pollAll(Follower follower) {
        long before;
        do {
            before = follower.nextIndex();
            follower.poll(7);
        } while (follower.nextIndex() > before);
    }

    // ---- the state machine

    @Override
    public void apply(Command command, Reply reply) {
        given.add(command.index());
    }

    @Override
    public void save(SnapshotOutput out) {
        out.putInt(given.size());
        given.forEach(out::putLong);
    }

    @Override
    public void load(SnapshotInput in) {
        given.clear();
        for (int left = in.getInt(); left > 0; left--) {
            given.add(in.getLong());
        }
    }
}
