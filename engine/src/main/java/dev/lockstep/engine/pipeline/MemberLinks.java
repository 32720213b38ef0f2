package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Links;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * The links to the other members: to those that the settings list, and those that the configuration names. Owned by the hot
 * thread. A node that is listed alone has none.
 */
final class MemberLinks implements Links, LinkHandler {
    private static final int POLL_LIMIT = 32;
    /** Turns of the driver in one of the hot thread: the others must be heard in between. */
    private static final int MOST_TURNS = 16;

    private final int self;
    /** Null if there is nobody to speak with. */
    private final Transport transport;

    private final Map<Integer, Peer> listed = new HashMap<>();
    /** Those that are to be added, and are no members yet. */
    private final Map<Integer, Peer> sought = new HashMap<>();

    private final Map<Integer, Peer> peers = new HashMap<>();
    private final Map<Integer, Hello> up = new HashMap<>();
    private final Consumer<String> remarks;
    private final Departure departure;
    private Replica replica;
    /** Turns in a row in which something came. */
    private int busyTurns;

    /** @param mtuBytes the longest datagram payload */
    MemberLinks(int self, List<Founder> founders, Transport transport, int mtuBytes, Consumer<String> remarks) {
        this.departure = new Departure(mtuBytes);
        this.self = self;
        this.transport = transport;
        this.remarks = remarks;
        for (Founder each : founders) {
            if (each.node() != self) {
                listed.put(
                        each.node(),
                        ListedMember.ofAddress(each.node(), each.address()).peer());
            }
        }
        peers.putAll(listed);
    }

    /** @return whom the transport is to be opened with */
    static List<Peer> peersOf(int self, List<Founder> founders) {
        return founders.stream()
                .filter(each -> each.node() != self)
                .map(each -> ListedMember.ofAddress(each.node(), each.address()).peer())
                .toList();
    }

    /** The replica hears what comes from now on. */
    void serve(Replica newReplica) {
        replica = newReplica;
    }

    int poll() {
        if (transport == null) {
            return 0;
        }
        int polled = transport.poll(this, POLL_LIMIT);
        busyTurns = polled > 0 ? Math.min(busyTurns + 1, MOST_TURNS) : 0;
        return polled;
    }

    /**
     * Lets the driver bring what has come. It brings one datagram at a turn: where they keep coming it has more turns, so that
     * they are heard many at a time; a single one is heard at once.
     */
    int invoke() {
        if (transport == null) {
            return 0;
        }
        int work = turn();
        for (int left = busyTurns - 1; left > 0 && turn() > 0; left--) {
            work++;
        }
        return work;
    }

    /** Lets the driver send what it was handed. */
    @Override
    public void depart() {
        for (int left = MOST_TURNS; left > 0 && departure.isDue(); left--) {
            turn();
        }
    }

    private int turn() {
        int work = transport.invoke();
        departure.onTurn(work);
        return work;
    }

    /**
     * Looks for a node that is to be a member.
     *
     * @return what it says of itself; null if it has not yet
     */
    Hello seek(ListedMember member) {
        if (transport != null && !member.peer().equals(peers.get(member.node()))) {
            up.remove(member.node()); // what another one there has said of itself
            sought.put(member.node(), member.peer());
            peers.put(member.node(), member.peer());
            transport.add(member.peer());
        }
        return up.get(member.node());
    }

    /** Has links with whom the configuration names, and with those that were listed besides. */
    void follow(Config config) {
        if (transport == null) {
            return;
        }
        sought.keySet().removeIf(node -> config.at(node) != null);
        Map<Integer, Peer> wanted = new HashMap<>(listed);
        wanted.putAll(sought);
        config.members().stream()
                .filter(each -> each.node() != self)
                .forEach(each -> wanted.put(
                        each.node(),
                        ListedMember.ofAddress(each.node(), each.address()).peer()));
        peers.keySet().stream().filter(node -> !wanted.containsKey(node)).forEach(node -> {
            transport.remove(node);
            if (up.remove(node) != null) {
                replica.onLinkDown(node);
            }
        });
        wanted.forEach((node, peer) -> {
            if (!peer.equals(peers.get(node))) {
                transport.add(peer);
            }
        });
        peers.clear();
        peers.putAll(wanted);
    }

    void introduceAs(Hello hello) {
        if (transport != null) {
            transport.introduceAs(hello);
        }
    }

    @Override
    public long offer(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        if (transport == null) {
            return SendResult.NOT_CONNECTED;
        }
        long result = transport.offer(node, stream, buffer, offset, length);
        if (result >= 0) {
            departure.onOffered(length);
        }
        return result;
    }

    @Override
    public void onLinkUp(int node, Hello peer) {
        up.put(node, peer);
        replica.onLinkUp(node, peer);
    }

    @Override
    public void onMessage(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        replica.onMessage(node, buffer, offset, length);
    }

    /** A process that has ended lets go of its links; that is heard before its silence is noticed. */
    @Override
    public void onLinkDown(int node, LinkDown reason) {
        up.remove(node);
        replica.onLinkDown(node);
        if (replica.role() == Role.STANDBY) {
            replica.onSuspicion(node);
        }
    }

    @Override
    public void onRefused(int node, String why) {
        remarks.accept(why);
    }

    @Override
    public void onTrouble(String why) {
        remarks.accept(why);
    }

    void close() {
        if (transport != null) {
            transport.close();
        }
    }
}
