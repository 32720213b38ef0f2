package dev.lockstep.storage.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts segments where their headers say: a cut or a snapshot takes the place of what it names. Differs from a start in
 * one thing: a segment without a sound header stays where its number puts it, since it may be the one that is missed.
 */
final class SegmentPlacing {
    private final List<SegmentHead> live = new ArrayList<>();
    private final List<SegmentHead> replaced = new ArrayList<>();

    /** Places the next segment, in the order of their numbers. */
    void place(SegmentHead head) {
        if (head.isTrusted() && head.header().origin() != SegmentOrigin.ROLL) {
            List<SegmentHead> gone = live.subList(firstReplacedBy(head.header()), live.size());
            replaced.addAll(gone);
            gone.clear();
        }
        live.add(head);
    }

    private int firstReplacedBy(SegmentHeader header) {
        if (header.origin() == SegmentOrigin.SNAPSHOT) {
            return 0;
        }
        int first = 0;
        while (first < live.size()
                && !isAtOrBehind(live.get(first), header.base().index())) {
            first++;
        }
        return first;
    }

    private static boolean isAtOrBehind(SegmentHead head, long index) {
        return head.header() != null && head.header().base().index() >= index;
    }

    /** @return the segments that make up the log, the oldest first */
    List<SegmentHead> live() {
        return live;
    }

    /** @return those that something else has taken the place of */
    List<SegmentHead> replaced() {
        return replaced;
    }

    /** @return the next one behind a live segment whose header may be believed; null if there is none */
    SegmentHead trustedBehind(int i) {
        for (SegmentHead head : live.subList(i + 1, live.size())) {
            if (head.isTrusted()) {
                return head;
            }
        }
        return null;
    }

    /** As a start would see it; {@link Long#MAX_VALUE} if the mark that counts is lost. */
    long flushMark() {
        for (int i = live.size() - 1; i >= 0; i--) {
            SegmentHead head = live.get(i);
            if (!head.isTrusted()) {
                return Long.MAX_VALUE;
            }
            long base = head.header().base().index();
            if (head.flushMark() > base || head.state() == SegmentState.NAMED) {
                SegmentHead next = i + 1 < live.size() ? live.get(i + 1) : null;
                long end = next == null || !next.isTrusted()
                        ? Long.MAX_VALUE
                        : next.header().base().index();
                return Math.max(base, Math.min(head.flushMark(), Math.min(end, head.cutNote())));
            }
        }
        return live.isEmpty() ? 0 : live.get(0).header().base().index();
    }
}
