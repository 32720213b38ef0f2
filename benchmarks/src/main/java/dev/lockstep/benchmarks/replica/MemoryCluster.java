package dev.lockstep.benchmarks.replica;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.node.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Three data nodes in memory and in one thread, with a clock that goes on by a microsecond a frame: all that a frame costs
 * is what the three replicas do for it. Owned by one thread.
 */
final class MemoryCluster {
    private static final int NODES = 3;
    private static final int COMMAND_BYTES = 100;
    private static final int CLOSE_AT_BYTES = MemoryJournal.FRAME_BYTES;
    private static final long NS_A_FRAME = 1000;
    private static final long NS_A_TURN_OF_BIRTH = 1_000_000;
    private static final int TURNS_OF_BIRTH = 10_000;
    /** At a microsecond each, a tenth of a second: what the flusher takes by default. */
    private static final int FRAMES_A_FLUSH = 100_000;

    private final List<MemoryNode> nodes = new ArrayList<>();
    private final FrameEncoder encoder = new FrameEncoder(CLOSE_AT_BYTES, COMMAND_BYTES);
    private final UnsafeBuffer command = new UnsafeBuffer(BufferUtil.allocateDirectAligned(COMMAND_BYTES, Long.BYTES));
    private long nowNs = 1_700_000_000_000_000_000L;
    private int framesToFlush = FRAMES_A_FLUSH;
    private MemoryNode primary;
    private MemoryNode first;
    private MemoryNode second;

    private MemoryCluster() {
        List<Founder> founders = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            founders.add(new Founder(node, MemberKind.VOTER, "node" + node + ":9000"));
        }
        for (int node = 0; node < NODES; node++) {
            ReplicaSettings settings = ReplicaSettings.of(node, founders).with(Mode.SYNC, Durability.APPENDED);
            nodes.add(new MemoryNode(settings, NODES, nowNs));
        }
        byte[] random = new byte[COMMAND_BYTES];
        new Random(1).nextBytes(random);
        command.putBytes(0, random);
    }

    /** @return one that has a primary and has committed a frame through the path that is measured */
    static MemoryCluster born() {
        MemoryCluster cluster = new MemoryCluster();
        cluster.nodes.forEach(each -> each.connect(cluster.nodes));
        cluster.awaitPrimary();
        for (int i = 0; i < FRAMES_A_FLUSH; i++) {
            cluster.commitFrame(); // past the first compaction and flush
        }
        cluster.check();
        return cluster;
    }

    private void awaitPrimary() {
        for (int turn = 0; turn < TURNS_OF_BIRTH; turn++) {
            nowNs += NS_A_TURN_OF_BIRTH;
            nodes.forEach(this::turn);
            for (MemoryNode each : nodes) {
                if (each.replica().isOpen() && hasAll(each)) {
                    take(each);
                    return;
                }
            }
        }
        throw new IllegalStateException("no node of three became primary, though nothing goes wrong");
    }

    private void turn(MemoryNode node) {
        for (MemoryNode peer : nodes) {
            node.receiveFrom(peer);
        }
        node.flush();
        node.tick(nowNs);
    }

    /** @return whether all hold what it holds, and know that it is committed */
    private boolean hasAll(MemoryNode candidate) {
        long last = candidate.replica().last().index();
        return nodes.stream().allMatch(each -> each.replica().commitIndex() == last);
    }

    private void take(MemoryNode elected) {
        List<MemoryNode> standbys = new ArrayList<>(nodes);
        standbys.remove(elected);
        primary = elected;
        first = standbys.get(0);
        second = standbys.get(1);
    }

    /**
     * What a frame with one command takes: it is made, sent, taken in by both standbys, acknowledged, and committed.
     *
     * @return the commit index of the primary
     */
    long commitFrame() {
        nowNs += NS_A_FRAME;
        Replica replica = primary.replica();
        encoder.start(FrameType.COMMANDS);
        encoder.add(command, 0, COMMAND_BYTES);
        replica.propose(encoder);
        turnOfStandby(first);
        turnOfStandby(second);
        primary.receiveFrom(first);
        primary.receiveFrom(second);
        primary.tick(nowNs);
        flushIfDue();
        return replica.commitIndex();
    }

    private void turnOfStandby(MemoryNode standby) {
        standby.receiveFrom(primary);
        standby.tick(nowNs);
    }

    private void flushIfDue() {
        framesToFlush--;
        if (framesToFlush == 0) {
            framesToFlush = FRAMES_A_FLUSH;
            primary.flush();
            first.flush();
            second.flush();
        }
    }

    /** @return the last index of the log */
    long lastIndex() {
        return primary.replica().last().index();
    }

    /** Whoever measures a cluster that does nothing must hear of it. */
    void check() {
        Replica replica = primary.replica();
        long last = lastIndex();
        Invariant.check(replica.role() == Role.PRIMARY, "the primary is none any more");
        Invariant.check(replica.commitIndex() == last, "not all is committed", last, replica.commitIndex());
        for (MemoryNode each : nodes) {
            Invariant.check(each.replica().term().equals(replica.term()), "there was an election");
            Invariant.check(each.replica().last().equals(replica.last()), "a standby's last frame is another one");
            Invariant.check(each.journal().appended().equals(replica.last()), "a journal's last frame is another one");
            // A standby hears of a commit with the next frame.
            long known = each == primary ? last : last - 1;
            Invariant.check(
                    each.committedIndex() == known, "a node knows another commit", known, each.committedIndex());
        }
    }
}
