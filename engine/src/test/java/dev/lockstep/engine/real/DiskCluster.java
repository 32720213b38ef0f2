package dev.lockstep.engine.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.ActRefused;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.replica.Proposals;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.node.Durability;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A cluster of replicas on real disks, all turned by the test's thread in a time of its own; what flushes and prepares
 * runs beside them. So what the protocol does follows from the script, and only when something is flushed does not: a
 * script waits for what it wants, and never for a while.
 *
 * <pre>{@code
 * try (DiskCluster c = DiskCluster.born(directory, 3)) {
 *     long index = c.propose(1, 100, 2_000);      // one frame of two commands, by the primary
 *     c.untilAllHave(index);
 * }
 * }</pre>
 */
final class DiskCluster implements AutoCloseable {
    private static final long TURN_NS = 5_000_000;
    private static final long HEARTBEAT_NS = 20_000_000;
    private static final long ELECTION_TIMEOUT_NS = 100_000_000;
    private static final int CATCH_UP_BYTES = 64 << 10;
    private static final long PATIENCE_NS = 20_000_000_000L;
    private static final long PAUSE_NS = 20_000;

    private final DiskNode[] nodes;
    final MemoryLinks links;
    private final FrameEncoder encoder = new FrameEncoder(DiskNode.MAX_FRAME_BYTES, DiskNode.MAX_FRAME_BYTES);
    private final UnsafeBuffer command = new UnsafeBuffer(new byte[DiskNode.MAX_FRAME_BYTES]);
    private final LogComparison comparison = new LogComparison();
    private long nowNs = 1_000_000_000;
    private int commands;

    private DiskCluster(Path directory, List<Founder> founders, Durability durability) {
        nodes = new DiskNode[founders.size() + 1];
        links = new MemoryLinks(nodes);
        for (Founder each : founders) {
            ReplicaSettings settings = new ReplicaSettings(
                    each.node(),
                    founders,
                    Mode.SYNC,
                    durability,
                    HEARTBEAT_NS,
                    ELECTION_TIMEOUT_NS,
                    0,
                    CATCH_UP_BYTES,
                    1);
            nodes[each.node()] = new DiskNode(settings, directory.resolve("node" + each.node()));
        }
    }

    private static List<Founder> founders(int voters, int witnesses) {
        return IntStream.rangeClosed(1, voters + witnesses)
                .mapToObj(node ->
                        new Founder(node, node <= voters ? MemberKind.VOTER : MemberKind.WITNESS, "node" + node))
                .toList();
    }

    /** @return voters of which none is started yet */
    static DiskCluster unborn(Path directory, int voters, Durability durability) {
        return new DiskCluster(directory, founders(voters, 0), durability);
    }

    /** @return one that is born, and has node 1 as its primary */
    static DiskCluster born(Path directory, int voters) {
        return unborn(directory, voters, Durability.APPENDED).bear();
    }

    /** @return the same, with data nodes 1 and 2, and node 3 as the witness */
    static DiskCluster withWitness(Path directory) {
        return new DiskCluster(directory, founders(2, 1), Durability.APPENDED).bear();
    }

    DiskCluster bear() {
        try {
            all().forEach(each -> start(each.number));
            until("node 1 is primary", () -> isPrimary(1));
            return this;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    // ---- what there is

    List<DiskNode> all() {
        return Arrays.asList(nodes).subList(1, nodes.length);
    }

    private List<DiskNode> running() {
        return all().stream().filter(DiskNode::isRunning).toList();
    }

    DiskNode node(int node) {
        return nodes[node];
    }

    Replica replica(int node) {
        return nodes[node].replica();
    }

    /** @return whether a node is primary, and takes commands */
    boolean isPrimary(int node) {
        return nodes[node].isRunning()
                && replica(node).role() == Role.PRIMARY
                && replica(node).isOpen();
    }

    // ---- time

    /** All that was on its way arrives, and everybody has a turn. */
    private void turn() {
        nowNs += TURN_NS;
        running().forEach(DiskNode::hearFlusher);
        int delivered = links.deliver();
        for (DiskNode each : running()) {
            each.turn(nowNs);
            if (each.events().takeIntroduction()) {
                links.allDown(each.number);
                links.allUp(each.number);
            }
        }
        if (delivered == 0) {
            LockSupport.parkNanos(PAUSE_NS); // the work in the background needs the processor too
        }
    }

    /** Turns until something is so, and fails if that takes too long. */
    void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("it took too long until " + what + ": " + describe());
            }
            turn();
        }
    }

    /** Lets so many turns pass. */
    void pass(int turns) {
        for (int i = 0; i < turns; i++) {
            turn();
        }
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        for (DiskNode each : running()) {
            text.append("node ")
                    .append(each.number)
                    .append(" is ")
                    .append(each.replica().role())
                    .append(" in ")
                    .append(each.replica().term())
                    .append(each.replica().isRecovering() ? ", recovering" : "")
                    .append(", last ")
                    .append(each.replica().last())
                    .append(", commit ")
                    .append(each.replica().commitIndex())
                    .append(", flushed ")
                    .append(each.journal().flushedIndex())
                    .append(", remarks ")
                    .append(each.events().remarks)
                    .append("; ");
        }
        return text.toString();
    }

    /** Everybody who runs has all up to an index, knows that it is committed, and has it on the device. */
    void untilAllHave(long index) {
        until("all have index " + index, () -> running().stream().allMatch(each -> has(each, index)));
    }

    /** A node has all up to an index, knows that it is committed, and has it on the device. */
    void untilHas(int node, long index) {
        until("node " + node + " has index " + index, () -> has(nodes[node], index));
    }

    private static boolean has(DiskNode node, long index) {
        return node.replica().commitIndex() >= index && node.journal().flushedIndex() >= index;
    }

    // ---- frames

    /**
     * Makes one frame as soon as there is room for it.
     *
     * @param lengths of its commands
     * @return its last index
     */
    long propose(int primary, int... lengths) {
        long[] index = {Proposals.NO_ROOM};
        until("there is room for a frame", () -> {
            index[0] = tryPropose(primary, lengths);
            return index[0] != Proposals.NO_ROOM;
        });
        assertThat(index[0]).as("what node %d proposes", primary).isPositive();
        return index[0];
    }

    private long tryPropose(int primary, int... lengths) {
        Replica replica = replica(primary);
        if (!replica.isOpen()) {
            return Proposals.NOT_PRIMARY;
        }
        encoder.start(FrameType.COMMANDS);
        for (int length : lengths) {
            CommandBytes.fill(command, ++commands, length);
            encoder.add(command, 0, length);
        }
        return replica.propose(encoder);
    }

    /**
     * Makes frames of all sizes, which take several segments, and waits until everybody who runs has them.
     *
     * @return the last one's last index
     */
    long commitSegments(int primary, int segments) {
        long index = 0;
        long bytes = 0;
        for (int i = 0; bytes < (long) segments * DiskNode.SEGMENT_BYTES; i++) {
            int large = 1 + (i * 7_919) % 50_000;
            index = i % 3 == 0 ? propose(primary, 1, 100, large / 8) : propose(primary, large);
            bytes += large;
        }
        commit(primary, index);
        return index;
    }

    /**
     * Makes one small frame, and waits until everybody who runs has it.
     *
     * @return its index
     */
    long commit(int primary) {
        long index = propose(primary, 64);
        commit(primary, index);
        return index;
    }

    /** A frame of the primary's is committed, as everybody who runs comes to know. */
    private void commit(int primary, long index) {
        untilAllHave(index);
        comparison.committed(nodes[primary].holding(index));
    }

    // ---- processes

    void start(int node) {
        nodes[node].start((to, stream, buffer, offset, length) -> links.offer(node, to, buffer, offset, length), nowNs);
        links.allUp(node);
    }

    /** Ends a node's process in good order. */
    void close(int node) {
        nodes[node].close();
        links.allDown(node);
    }

    /** Ends a node's process where it stands. */
    void kill(int node) {
        nodes[node].kill();
        links.allDown(node);
    }

    /** @return the number of the node that comes to be primary */
    int untilPrimary(int... candidates) {
        until("there is a primary", () -> Arrays.stream(candidates).anyMatch(this::isPrimary));
        return Arrays.stream(candidates).filter(this::isPrimary).findFirst().orElseThrow();
    }

    // ---- what an operator does

    /** Lets a node go on without some that are lost. */
    void promote(int node, Integer... lost) {
        until(
                "node " + node + " hears nobody",
                () -> replica(node).role() != Role.PRIMARY && replica(node).primary() < 0);
        pass((int) (ELECTION_TIMEOUT_NS / TURN_NS));
        replica(node).acts().promote(List.of(lost));
        until("node " + node + " is primary of an epoch", () -> isPrimary(node));
    }

    /** Takes a node in again, and waits until it votes. */
    void readmit(int primary, int node) {
        Member member = new Member(node, replica(node).identity(), MemberKind.OBSERVER, "node" + node);
        untilDone(() -> replica(primary).acts().add(member));
        untilDone(() -> replica(primary).acts().makeVoter(node));
        commitAt(primary, node);
        assertThat(replica(primary).config().names(node, member.identity())).isTrue();
    }

    private void untilDone(Runnable act) {
        until("it is not refused any more", () -> {
            try {
                act.run();
                return true;
            } catch (ActRefused e) {
                return false;
            }
        });
    }

    private void commitAt(int primary, int node) {
        long index = propose(primary, 64);
        untilHas(primary, index);
        untilHas(node, index);
    }

    // ---- what must be so in the end

    /** All data nodes run, hold the same bytes, and among them all that was committed. */
    void checkEqual(int... dataNodes) {
        long last = IntStream.of(dataNodes)
                .mapToLong(node -> nodes[node].journal().appendedIndex())
                .max()
                .orElseThrow();
        IntStream.of(dataNodes).forEach(node -> untilHas(node, last));
        comparison.check(IntStream.of(dataNodes).mapToObj(node -> nodes[node]).toList());
    }

    @Override
    public void close() {
        all().forEach(DiskNode::close);
    }
}
