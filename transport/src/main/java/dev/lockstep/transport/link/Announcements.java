package dev.lockstep.transport.link;

import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.Stream;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.LangUtil;

/**
 * Tells the handler what happens, in an order that it can rely on: of a link, down before the next up. What happens
 * outside of a poll waits for the next one. Owned by the transport's thread.
 */
final class Announcements {
    private static final int REPORTS_KEPT = 64;

    /** A node that does not fit, or, if it is {@link #NO_NODE}, trouble. */
    private record Report(int node, String why) {}

    private static final int NO_NODE = Integer.MIN_VALUE;

    private final ArrayDeque<Report> reports = new ArrayDeque<>();
    /** Links that went down; what was told meanwhile is no longer marked in the link. */
    private final ArrayDeque<Link> downs = new ArrayDeque<>();

    private LinkHandler handler;
    private Throwable thrown;
    private int told;

    /** A poll begins. */
    void begin(LinkHandler newHandler) {
        if (handler != null) {
            throw new IllegalStateException("poll was called from within its own handler");
        }
        handler = newHandler;
        told = 0;
    }

    /** What waits is told. */
    void catchUp() {
        while (!reports.isEmpty()) {
            Report report = reports.poll();
            if (report.node() == NO_NODE) {
                tell(() -> handler.onTrouble(report.why()));
            } else {
                tell(() -> handler.onRefused(report.node(), report.why()));
            }
        }
        while (!downs.isEmpty()) {
            tellDown(downs.poll());
        }
    }

    /** What an event's handler throws is thrown when the poll ends: no event may be left out for it. */
    private void tell(Runnable event) {
        told++;
        try {
            event.run();
        } catch (RuntimeException | Error e) {
            if (thrown == null) {
                thrown = e;
            } else {
                thrown.addSuppressed(e);
            }
        }
    }

    /** A poll ends. @return how many events were told, messages not counted */
    int end() {
        handler = null;
        Throwable toThrow = thrown;
        thrown = null;
        if (toThrow != null) {
            LangUtil.rethrowUnchecked(toThrow);
        }
        return told;
    }

    private void tellDown(Link link) {
        if (link.untold != null) {
            LinkDown reason = link.untold;
            link.untold = null;
            tell(() -> handler.onLinkDown(link.node, reason));
        }
    }

    void up(Link link) {
        tellDown(link);
        if (link.up) { // the handler may have removed it
            tell(() -> handler.onLinkUp(link.node, link.hello));
        }
    }

    void message(Link link, Stream stream, DirectBuffer buffer, int offset, int length) {
        link.counters.onReceived();
        handler.onMessage(link.node, stream, buffer, offset, length);
    }

    /** A link was up and is no longer. */
    void down(Link link, LinkDown reason) {
        link.untold = reason;
        downs.add(link);
    }

    /** A link's going down is not to be told after all. */
    void forget(Link link) {
        link.untold = null;
    }

    /** To be told in this poll or the next; when there are too many, not all are. */
    void refused(int node, String why) {
        report(new Report(node, why));
    }

    /** The same. */
    void trouble(String why) {
        report(new Report(NO_NODE, why));
    }

    private void report(Report report) {
        if (reports.size() < REPORTS_KEPT) {
            reports.add(report);
        }
    }
}
