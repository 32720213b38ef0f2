package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaSettings;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.engine.testing.NotedEvents;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.node.Durability;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A cluster of real replicas on simulated disks where nothing happens by itself: a script says which message arrives when,
 * whose device has what, and how time passes. Nodes are numbered from 1: voters first, then observers or the witness.
 *
 * <pre>{@code
 * ScriptedCluster c = ScriptedCluster.of(3);  // born, and nobody is primary
 * c.elect(1, 2);                              // node 1, with node 2's vote
 * c.hold(1, 3);
 * long index = c.propose(1);
 * c.deliverAll();                             // and what answers that, until nobody says anything more
 * }</pre>
 */
final class ScriptedCluster {
    private static final long MS = 1_000_000;
    private static final long STEP_NS = 10 * MS;
    private static final int ATTEMPTS = 3;
    private static final int MOST_LETTERS = 50_000;

    private final ScriptedNode[] nodes;
    final ScriptedLinks links;
    private final FrameEncoder encoder = new FrameEncoder(1024, 256);
    private final UnsafeBuffer command = new UnsafeBuffer(new byte[8]);
    private long nowNs = 1_000 * MS;
    private long commands;

    private ScriptedCluster(List<Founder> founders, Mode mode, Durability durability) {
        nodes = new ScriptedNode[founders.size() + 1];
        links = new ScriptedLinks(nodes);
        for (Founder each : founders) {
            nodes[each.node()] = new ScriptedNode(new ReplicaSettings(
                    each.node(),
                    founders,
                    mode,
                    durability,
                    SimulatedCluster.HEARTBEAT_NS,
                    SimulatedCluster.ELECTION_TIMEOUT_NS,
                    0,
                    64 << 10,
                    1));
        }
    }

    private static List<Founder> founders(int voters, int others, MemberKind kind) {
        return IntStream.rangeClosed(1, voters + others)
                .mapToObj(node -> new Founder(node, node <= voters ? MemberKind.VOTER : kind, "node" + node))
                .toList();
    }

    /** @return a cluster of so many voters that is born */
    static ScriptedCluster of(int voters) {
        return of(voters, 0);
    }

    static ScriptedCluster of(int voters, int observers) {
        return born(founders(voters, observers, MemberKind.OBSERVER), Mode.SYNC, Durability.APPENDED);
    }

    static ScriptedCluster asyncOf(int voters) {
        return born(founders(voters, 0, MemberKind.OBSERVER), Mode.ASYNC, Durability.APPENDED);
    }

    /** @return one in which only what is flushed counts */
    static ScriptedCluster flushedOf(int voters) {
        return born(founders(voters, 0, MemberKind.OBSERVER), Mode.SYNC, Durability.FLUSHED);
    }

    /** @return data nodes 1 and 2, and node 3 as the witness */
    static ScriptedCluster withWitness() {
        return born(founders(2, 1, MemberKind.WITNESS), Mode.SYNC, Durability.APPENDED);
    }

    /** @return one in which no node is started yet */
    static ScriptedCluster unborn(int voters) {
        return new ScriptedCluster(founders(voters, 0, MemberKind.OBSERVER), Mode.SYNC, Durability.APPENDED);
    }

    private static ScriptedCluster born(List<Founder> founders, Mode mode, Durability durability) {
        ScriptedCluster cluster = new ScriptedCluster(founders, mode, durability);
        cluster.all().forEach(each -> cluster.start(each.number));
        cluster.beBorn();
        return cluster;
    }

    /** Whoever is there is born, and everything is on the devices. */
    void beBorn() {
        for (int i = 0; i < 8; i++) {
            deliverAll();
            tick(10);
            flushAll();
        }
        deliverAll();
        for (ScriptedNode each : all()) {
            assertThat(replica(each.number).role())
                    .as("node %d's role", each.number)
                    .isNotEqualTo(Role.UNBORN);
        }
    }

    // ---- what there is

    List<ScriptedNode> all() {
        return Arrays.asList(nodes).subList(1, nodes.length);
    }

    ScriptedNode node(int node) {
        return nodes[node];
    }

    /** @return a node's replica, which must be running */
    Replica replica(int node) {
        if (nodes[node].replica == null) {
            throw new AssertionError("node " + node + " has stopped", nodes[node].failure);
        }
        return nodes[node].replica;
    }

    NotedEvents heard(int node) {
        return nodes[node].listener;
    }

    SimulatedDisk disk(int node) {
        return nodes[node].disk;
    }

    Ballot ballot(int node) {
        return nodes[node].ballot();
    }

    FrameRef last(int node) {
        return nodes[node].disk.last();
    }

    long commitOf(int node) {
        return replica(node).commitIndex();
    }

    long term(int node) {
        return replica(node).term().number();
    }

    // ---- time

    /** Lets time pass in which nobody is late, and nothing arrives. */
    void tick(long ms) {
        long until = nowNs + ms * MS;
        while (nowNs < until) {
            nowNs = Math.min(until, nowNs + STEP_NS);
            for (ScriptedNode each : all()) {
                turn(each.number);
            }
        }
    }

    /** Lets time pass in which everything arrives that is not held. */
    void pass(long ms) {
        long until = nowNs + ms * MS;
        while (nowNs < until) {
            tick(Math.min(10, (until - nowNs) / MS));
            deliverAll();
        }
    }

    /** Lets time pass in which nobody has a turn. */
    void leap(long ms) {
        nowNs += ms * MS;
    }

    /** All that is on its way arrives, and what follows from it within three heartbeats. */
    void settle() {
        deliverAll();
        pass(60);
    }

    /** A node's turn; none if it does not run. */
    void turn(int node) {
        ScriptedNode one = nodes[node];
        if (one.isRunning() && !one.isPaused) {
            one.turn(nowNs);
            after(one);
        }
    }

    private void after(ScriptedNode node) {
        if (!node.isRunning()) {
            links.allDown(node.number);
        } else if (node.listener.takeIntroduction()) {
            links.allDown(node.number);
            links.allUp(node.number);
        }
    }

    // ---- messages

    /** Everything that is not held arrives, each receiver has a turn, and so on until nobody says anything more. */
    void deliverAll() {
        int count = 0;
        for (List<ScriptedLetter> due = links.takeDeliverable(); !due.isEmpty(); due = links.takeDeliverable()) {
            Set<Integer> receivers = new LinkedHashSet<>();
            for (ScriptedLetter letter : due) {
                hear(letter);
                receivers.add(letter.to());
            }
            receivers.forEach(this::turn);
            count += due.size();
            assertThat(count).as("letters in one moment").isLessThan(MOST_LETTERS);
        }
    }

    private void hear(ScriptedLetter letter) {
        ScriptedNode to = nodes[letter.to()];
        if (to.isRunning()) {
            to.hear(letter);
            after(to);
        }
    }

    /** All that is on its way from one to another arrives, and the receiver has a turn; nothing that follows arrives. */
    void deliver(int from, int to) {
        links.takeAll(from, to).forEach(this::hear);
        turn(to);
    }

    /** The next one of a kind arrives, and the receiver has a turn. */
    void deliver(int from, int to, Kind kind) {
        deliver(take(from, to, kind));
    }

    /** A letter arrives, whenever it was sent and however often it has arrived before; the receiver has a turn. */
    void deliver(ScriptedLetter letter) {
        hear(letter);
        turn(letter.to());
    }

    /** Takes the next one of a kind off its way; there must be one. */
    ScriptedLetter take(int from, int to, Kind kind) {
        ScriptedLetter letter = links.take(from, to, kind);
        assertThat(letter).as("a %s from %d to %d", kind, from, to).isNotNull();
        return letter;
    }

    /** @return all of a kind that a node has sent to anybody, delivered or not */
    List<ScriptedLetter> sentBy(int from, Kind kind) {
        return links.sent().stream()
                .filter(each -> each.from() == from && each.is(kind))
                .toList();
    }

    /** @return the last of a kind that a node has sent to another one */
    ScriptedLetter lastSent(int from, int to, Kind kind) {
        List<ScriptedLetter> all =
                sentBy(from, kind).stream().filter(each -> each.to() == to).toList();
        assertThat(all).as("a %s from %d to %d", kind, from, to).isNotEmpty();
        return all.get(all.size() - 1);
    }

    void hold(int from, int to) {
        links.hold(from, to);
    }

    void release(int from, int to) {
        links.release(from, to);
    }

    /** What is on its way there is lost, and nobody notices. */
    void lose(int from, int to) {
        links.takeAll(from, to);
    }

    /** A node's links go down. */
    void isolate(int node) {
        others(node).forEach(other -> links.cut(node, other));
    }

    void rejoin(int node) {
        others(node).forEach(other -> links.join(node, other));
    }

    private IntStream others(int node) {
        return IntStream.range(1, nodes.length).filter(other -> other != node);
    }

    // ---- processes and disks

    void start(int node) {
        ScriptedNode one = nodes[node];
        one.start((to, stream, buffer, offset, length) -> links.offer(one, to, stream, buffer, offset, length), nowNs);
        if (one.isRunning()) {
            links.allUp(node);
        }
    }

    /** The process dies; the machine lives on. */
    void kill(int node) {
        nodes[node].die();
        links.allDown(node);
    }

    /** The machine goes down, and everything is lost that it need not have kept. */
    void powerCut(int node) {
        kill(node);
        nodes[node].disk.files().journal().forgetUnflushed();
        nodes[node].disk.powerCut(new SplittableRandom(node));
    }

    void wipe(int node) {
        kill(node);
        nodes[node].disk.wipe();
    }

    void restart(int node) {
        kill(node);
        start(node);
    }

    void pause(int node) {
        nodes[node].isPaused = true;
    }

    void resume(int node) {
        nodes[node].isPaused = false;
    }

    /** All that a node has appended is on its device. */
    void flush(int node) {
        ScriptedNode one = nodes[node];
        if (one.isRunning()) {
            one.guarded(() -> one.started.journal().flush(one.started.journal().beginFlush()));
            after(one);
            turn(node);
        }
    }

    void flushAll() {
        all().forEach(each -> flush(each.number));
    }

    /** Keeps a snapshot of what a node knows to be committed. */
    FrameRef snapshot(int node) {
        return nodes[node].snapshot();
    }

    /** A node's log goes, up to a frame. */
    void compact(int node, FrameRef upTo) {
        nodes[node].started.journal().compactBelow(upTo.index() + 1);
        nodes[node].started.journal().prepare();
    }

    // ---- elections

    /** A node becomes primary with the votes of some; what anybody says meanwhile besides is lost. */
    void elect(int candidate, int... electors) {
        assertThat(campaign(candidate, electors))
                .as(
                        "node %d is elected by %s; %s",
                        candidate, IntStream.of(electors).boxed().toList(), votes(candidate))
                .isTrue();
    }

    /** @return whether a node becomes primary when it asks those, and nobody else, for their votes */
    boolean campaign(int candidate, int... electors) {
        for (int attempt = 0; attempt < ATTEMPTS && !isPrimary(candidate); attempt++) {
            askForPreVotes(candidate); // once more, if they know a later term than the candidate did
            for (int round = 0; round < 2; round++) {
                for (int elector : electors) {
                    exchangeVotes(candidate, elector);
                }
            }
        }
        return isPrimary(candidate);
    }

    private List<String> votes(int candidate) {
        return links.sent().stream()
                .filter(each -> each.to() == candidate && each.is(Kind.VOTE_REPLY))
                .map(each -> each + ": " + each.voteReply().answer())
                .toList();
    }

    private boolean isPrimary(int node) {
        return nodes[node].isRunning() && replica(node).role() == Role.PRIMARY;
    }

    /** Nobody hears anybody, until a node asks whether it would be elected. */
    void askForPreVotes(int candidate) {
        nodes[candidate].patienceNs = 0;
        long silentNs = nowNs + SimulatedCluster.ELECTION_TIMEOUT_NS + STEP_NS;
        for (int i = 0; i < 60; i++) {
            long number = links.sent().size();
            nowNs += STEP_NS;
            others(candidate).forEach(this::turn);
            links.loseSince(number);
            number = links.sent().size();
            turn(candidate);
            long since = number;
            boolean hasAsked = sentBy(candidate, Kind.VOTE_REQUEST).stream().anyMatch(each -> each.number() >= since);
            if (hasAsked && nowNs >= silentNs) {
                break;
            }
            links.loseSince(number);
        }
        nodes[candidate].patienceNs = 99 * MS;
    }

    private void exchangeVotes(int candidate, int elector) {
        ScriptedLetter request = links.take(candidate, elector, Kind.VOTE_REQUEST);
        while (request != null) {
            hear(request);
            request = links.take(candidate, elector, Kind.VOTE_REQUEST);
        }
        ScriptedLetter reply = links.take(elector, candidate, Kind.VOTE_REPLY);
        while (reply != null) {
            hear(reply);
            reply = links.take(elector, candidate, Kind.VOTE_REPLY);
        }
    }

    // ---- frames

    /** @return the index of one command, which the node must take */
    long propose(int node) {
        long index = tryPropose(node);
        assertThat(index).as("what node %d proposes", node).isPositive();
        return index;
    }

    /** @return the index of one command; negative if it was not taken */
    long tryPropose(int node) {
        long[] index = {-1};
        nodes[node].guarded(() -> {
            Replica replica = replica(node);
            if (replica.isOpen()) {
                encoder.start(FrameType.COMMANDS);
                command.putLong(0, ++commands);
                encoder.add(command, 0, command.capacity());
                index[0] = replica.propose(encoder);
            }
        });
        after(nodes[node]);
        return index[0];
    }

    /** @return the index of one command that is committed, as everybody knows whom it reaches */
    long commit(int node) {
        long index = propose(node);
        settle();
        assertThat(commitOf(node)).as("node %d's commit", node).isGreaterThanOrEqualTo(index);
        return index;
    }

    /** Node 1, say, is primary by everybody's vote, and has committed its first frame. */
    void reign(int primary, int... electors) {
        elect(primary, electors);
        settle();
        assertThat(commitOf(primary)).isEqualTo(last(primary).index());
    }

    /** Has an operator's act done there, which the node must not refuse. */
    void act(int node, Consumer<Replica> act) {
        nodes[node].guarded(() -> act.accept(replica(node)));
        after(nodes[node]);
    }

    /** What two nodes of one epoch know to be committed is the same, frame by frame. */
    void checkOneHistory() {
        for (ScriptedNode one : all()) {
            for (ScriptedNode other : all()) {
                one.checkSameHistory(other);
            }
        }
    }
}
