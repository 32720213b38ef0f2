package dev.lockstep.engine.simulated;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.simulated.SimulatedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A network that is nothing but events: what links promise, and how they break, without how they do it. Every two nodes
 * whose processes live have a link.
 */
final class FastNetwork implements ClusterNetwork {
    final VirtualTime time;
    final Chance chance;
    /** The process that is reached at each node's address. */
    private final FastEndpoint[] reached = new FastEndpoint[Transport.MAX_NODE + 1];

    private final FastWay[][] waysFrom = new FastWay[Transport.MAX_NODE + 1][];
    private final List<FastWay> ways = new ArrayList<>();
    /** One more than the greatest number of a node that was ever there. */
    private int nodes;

    FastNetwork(VirtualTime time, SplittableRandom random) {
        this.time = time;
        this.chance = new Chance(random);
    }

    @Override
    public Endpoint open(Hello self, Runnable onArrival) {
        int node = self.node();
        nodes = Math.max(nodes, node + 1);
        FastEndpoint opened = new FastEndpoint(this, self, onArrival);
        reached[node] = opened;
        for (int each = 0; each < nodes; each++) {
            FastLink withOneBefore = linkOf(each, node);
            if (withOneBefore == null) {
                connect(node, each);
            } else {
                withOneBefore.meetAnother();
            }
        }
        return opened;
    }

    /** A life of the link begins, if nothing is in its way. */
    void connect(int one, int other) {
        FastEndpoint atOne = reached[one];
        FastEndpoint atOther = reached[other];
        if (one == other || atOne == null || atOther == null) {
            return;
        }
        boolean bothKnowThatItIsDown = atOne.link(other) == null && atOther.link(one) == null;
        boolean isRefused = atOne.refuses(atOther.hello()) || atOther.refuses(atOne.hello());
        if (bothKnowThatItIsDown
                && !isRefused
                && !way(one, other).isBlocked()
                && !way(other, one).isBlocked()) {
            FastLink.between(this, atOne, atOther);
        }
    }

    /** @return the process that is reached there; null if none is */
    FastEndpoint reached(int node) {
        return reached[node];
    }

    /** @return a node's side of the link; null if there is none */
    private FastLink linkOf(int node, int peer) {
        return reached[node] == null ? null : reached[node].link(peer);
    }

    FastWay way(int from, int to) {
        FastWay[] row = waysFrom[from];
        if (row == null) {
            row = new FastWay[Transport.MAX_NODE + 1];
            waysFrom[from] = row;
        }
        if (row[to] == null) {
            row[to] = new FastWay(from, to);
            ways.add(row[to]);
        }
        return row[to];
    }

    boolean isReached(FastEndpoint process) {
        return reached[process.node()] == process;
    }

    void onKilled(FastEndpoint process) {
        if (isReached(process)) {
            reached[process.node()] = null;
        }
    }

    /** A message of an old life comes into the present one. */
    void haunt(Flight ghost) {
        int node = ghost.to.owner.node();
        FastLink link = linkOf(node, ghost.to.peer);
        if (link != null && link.hears() && !way(link.peer, node).isBlocked()) {
            link.owner.receive(ghost);
        }
    }

    @Override
    public void faults(NetworkFaults faults) {
        chance.faults(faults);
    }

    @Override
    public void block(int from, int to) {
        FastWay way = way(from, to);
        if (!way.isBlocked()) {
            int block = way.block();
            time.in(SimulatedNetwork.PATIENCE_NS, () -> onPatienceEnded(way, block));
        }
    }

    private void onPatienceEnded(FastWay way, int block) {
        FastLink unheard = linkOf(way.to, way.from);
        if (unheard != null && way.isBlockedSince(block)) {
            unheard.goDown();
        }
    }

    @Override
    public void unblock(int from, int to) {
        unblock(way(from, to));
    }

    @Override
    public void unblockAll() {
        for (int i = 0; i < ways.size(); i++) { // which may become more meanwhile
            unblock(ways.get(i));
        }
    }

    private void unblock(FastWay way) {
        if (way.isBlocked()) {
            way.unblock();
            time.in(0, way::release);
            connect(way.from, way.to);
        }
    }

    @Override
    public void breakLink(int one, int other) {
        FastLink ofOne = linkOf(one, other);
        FastLink link = ofOne == null ? linkOf(other, one) : ofOne;
        if (link != null) {
            link.breakOff();
        }
    }
}
