package dev.lockstep.engine.replica;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import dev.lockstep.engine.testing.MemoryBallots;
import dev.lockstep.engine.testing.MemoryJournal;
import dev.lockstep.engine.testing.MemoryMarks;
import dev.lockstep.engine.testing.NotedEvents;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.storage.testing.FrameMaker;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import java.util.List;

/** What the parts of one node share, in memory, where a test says what time it is. */
final class CoreOfOne {
    final GivenApplying applying = new GivenApplying();
    static final long HEARTBEAT_NS = 30_000_000;
    static final long TIMEOUT_NS = 300_000_000;

    final MemoryJournal journal = new MemoryJournal();
    final MemoryMarks marks = new MemoryMarks();
    final MemorySnapshots snapshots = new MemorySnapshots();
    final MemoryOrphans orphans = new MemoryOrphans();
    final NotedEvents listener = new NotedEvents();
    final NotingLinks links = new NotingLinks();
    final Core core;
    final MemoryBallots ballots;
    private final FrameMaker maker = new FrameMaker(64);
    private long nowNs;

    CoreOfOne() {
        this(1, 256 << 10);
    }

    /** @param catchUpBytes how much a standby that is behind is sent in one turn */
    CoreOfOne(int node, int catchUpBytes) {
        this(node, List.of(new Founder(node, MemberKind.VOTER, "")), catchUpBytes);
    }

    /** Node 1 of those. */
    CoreOfOne(List<Founder> founders) {
        this(1, founders, 256 << 10);
    }

    /** Node 1, which is in a hurry. */
    static CoreOfOne withHeartbeat(long heartbeatNs) {
        return new CoreOfOne(1, List.of(new Founder(1, MemberKind.VOTER, "")), 256 << 10, heartbeatNs);
    }

    private CoreOfOne(int node, List<Founder> founders, int catchUpBytes) {
        this(node, founders, catchUpBytes, HEARTBEAT_NS);
    }

    private CoreOfOne(int node, List<Founder> founders, int catchUpBytes, long heartbeatNs) {
        ReplicaSettings settings = new ReplicaSettings(
                node, founders, Mode.SYNC, Durability.APPENDED, heartbeatNs, TIMEOUT_NS, 0, catchUpBytes, 1);
        ballots = new MemoryBallots(new Identity(100 + node));
        ReplicaPorts ports = new ReplicaPorts(
                journal, marks, ballots, null, snapshots, applying, orphans, links, listener, () -> 0, 1024);
        core = new Core(settings, ports, new Turn(settings, () -> 0));
    }

    /** A frame that holds so many indexes. */
    FrameRef append(long term, int indexes) {
        maker.term(term).next(indexes, 1);
        core.log.append(maker.buffer(), 0, maker.length());
        return maker.ref();
    }

    void at(long nowNs, long wallClockNs) {
        this.nowNs = nowNs;
        core.turn.begin(nowNs, wallClockNs);
    }

    /** Lets time pass in turns that are not late. */
    void pass(long ns) {
        long until = nowNs + ns;
        while (nowNs < until) {
            at(Math.min(until, nowNs + core.turn.heartbeatNs() / 3), 0);
        }
    }

    void begin(long index, Config config) {
        core.configs.begin(new PlacedConfig(index, 1, config));
    }

    void append(long index, Config config) {
        core.configs.onAppended(new PlacedConfig(index, 1, config));
    }

    /** The node is a member of the cluster of {@link ConfigTest}, and has come to a term. */
    void beIn(Config config, long term) {
        begin(1, config);
        core.promises.beBorn(config.clusterId(), new Term(config.epoch(), term));
    }

    boolean isDirty() {
        return ballots.read().ballot().dirty();
    }

    /** The link with a member is up, in that start of it. */
    void up(int node, long start) {
        up(node, 100 + node, start);
    }

    /** Somebody else is at a member's place. */
    void replace(int node) {
        up(node, 900 + node, 1);
    }

    private void up(int node, long identity, long start) {
        ClusterId cluster = core.promises.clusterId();
        core.peers.onUp(node, new Hello(cluster.value(), 0, 1, node, identity, new Incarnation(start, 0)));
    }
}
