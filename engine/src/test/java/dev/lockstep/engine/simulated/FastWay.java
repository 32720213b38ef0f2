package dev.lockstep.engine.simulated;

import java.util.ArrayDeque;
import java.util.Iterator;

/** The way from one node to another: when it is blocked, what arrives waits in front of it. */
final class FastWay {
    final int from;
    final int to;
    private final ArrayDeque<Flight> held = new ArrayDeque<>();
    private boolean blocked;
    private int blocks;

    FastWay(int from, int to) {
        this.from = from;
        this.to = to;
    }

    boolean isBlocked() {
        return blocked;
    }

    /** @return which time it is that the way is blocked */
    int block() {
        blocked = true;
        return ++blocks;
    }

    /** @return whether it has been blocked since then without a break */
    boolean isBlockedSince(int block) {
        return blocked && blocks == block;
    }

    void unblock() {
        blocked = false;
    }

    /** Takes what arrives, if that cannot pass: for the block, or for what still waits from the last one. */
    boolean holds(Flight flight) {
        if (!blocked && held.isEmpty()) {
            return false;
        }
        held.add(flight);
        return true;
    }

    /** What was held back passes. */
    void release() {
        while (!blocked && !held.isEmpty()) {
            Flight next = held.poll();
            next.to.land(next);
        }
    }

    /** What is held back for one side of a link is lost. */
    void drop(FastLink link) {
        for (Iterator<Flight> flights = held.iterator(); flights.hasNext(); ) {
            Flight flight = flights.next();
            if (flight.to == link) {
                flights.remove();
                link.lose(flight);
            }
        }
    }
}
