package dev.lockstep.transport.link;

import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.Stream;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;

/**
 * Tells the handler what happens, in an order that it can rely on: of a link, down before the next up. What happens
 * outside of a poll waits for the next one. Owned by the transport's thread.
 */
final class Announcements {
    private static final int MISFITS_KEPT = 64;

    private record Misfit(int node, String why) {}

    private final ArrayDeque<Misfit> misfits = new ArrayDeque<>();
    /** What keeps the transport from its work, until it is told. */
    private String trouble;
    /** Clients that are gone: no table holds them any more. */
    private final ArrayDeque<Link> gone = new ArrayDeque<>();

    private LinkHandler handler;
    private int told;

    /** A poll begins. */
    void begin(LinkHandler newHandler, Link[] links) {
        handler = newHandler;
        told = 0;
        while (!misfits.isEmpty()) {
            Misfit misfit = misfits.poll();
            refused(misfit.node(), misfit.why());
        }
        tellDowns(links);
        if (trouble != null) {
            told++;
            handler.onTrouble(trouble);
            trouble = null;
        }
    }

    /** A poll ends. @return how much was told */
    int end() {
        handler = null;
        return told;
    }

    void tellDowns(Link[] links) {
        for (Link link : links) {
            tellDown(link);
        }
        while (!gone.isEmpty()) {
            tellDown(gone.poll());
        }
    }

    private void tellDown(Link link) {
        if (link.untold != null) {
            LinkDown reason = link.untold;
            link.untold = null;
            told++;
            handler.onLinkDown(link.node, reason);
        }
    }

    void up(Link link) {
        tellDown(link);
        told++;
        handler.onLinkUp(link.hello);
    }

    void message(Link link, Stream stream, DirectBuffer buffer, int offset, int length) {
        link.counters.onReceived();
        told++;
        handler.onMessage(link.node, stream, buffer, offset, length);
    }

    /** Something came that is not told by itself. */
    void progress() {
        told++;
    }

    void refused(int node, String why) {
        told++;
        handler.onRefused(node, why);
    }

    /** To be told as refused in the next poll; when there are too many, not all are. */
    void misfit(int node, String why) {
        if (misfits.size() < MISFITS_KEPT) {
            misfits.add(new Misfit(node, why));
        }
    }

    /** A client was up and is no longer. */
    void gone(Link guest) {
        gone.add(guest);
    }

    /** Its going is not to be told after all. */
    void forget(Link guest) {
        gone.remove(guest);
    }

    /** To be told in the next poll, unless there is newer trouble by then. */
    void trouble(String why) {
        trouble = why;
    }
}
