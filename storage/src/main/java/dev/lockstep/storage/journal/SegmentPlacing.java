package dev.lockstep.storage.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts segments where their headers say: a cut or a snapshot takes the place of what it names, and a segment ends where
 * its successor says. Belongs to the scanning or inspecting thread.
 *
 * @param <S> what is known of a segment
 */
final class SegmentPlacing<S extends SegmentClaims> {
    private final boolean keepsDoubtful;
    private final List<S> live = new ArrayList<>();
    private final List<S> replaced = new ArrayList<>();

    private SegmentPlacing(boolean keepsDoubtful) {
        this.keepsDoubtful = keepsDoubtful;
    }

    /**
     * For a start: a segment without a sound header may have been anything, so a cut replaces it too. If it was needed,
     * the cut will not fit what is left.
     */
    static <S extends SegmentClaims> SegmentPlacing<S> ofStart() {
        return new SegmentPlacing<>(false);
    }

    /**
     * For the inspector: a segment without a sound header stays where its number puts it, since it may be the one that is
     * missed.
     */
    static <S extends SegmentClaims> SegmentPlacing<S> ofInspector() {
        return new SegmentPlacing<>(true);
    }

    /** Places the next segment, in the order of their numbers. */
    void place(S segment) {
        if (segment.isTrusted() && segment.header().origin() != SegmentOrigin.ROLL) {
            List<S> gone = live.subList(firstReplacedBy(segment.header()), live.size());
            replaced.addAll(gone);
            gone.clear();
        }
        live.add(segment);
    }

    private int firstReplacedBy(SegmentHeader header) {
        if (header.origin() == SegmentOrigin.SNAPSHOT) {
            return 0;
        }
        long index = header.base().index();
        return keepsDoubtful ? firstAtOrBehind(index) : firstBehindLastBefore(index);
    }

    private int firstAtOrBehind(long index) {
        int first = 0;
        while (first < live.size() && !isAtOrBehind(live.get(first), index)) {
            first++;
        }
        return first;
    }

    private int firstBehindLastBefore(long index) {
        int first = live.size();
        while (first > 0 && (!live.get(first - 1).isTrusted() || isAtOrBehind(live.get(first - 1), index))) {
            first--;
        }
        return first;
    }

    private static boolean isAtOrBehind(SegmentClaims segment, long index) {
        return segment.header() != null && segment.header().base().index() >= index;
    }

    /** @return the segments that make up the log, the oldest first */
    List<S> live() {
        return live;
    }

    /** @return those that something else has taken the place of */
    List<S> replaced() {
        return replaced;
    }

    /** @return the live segment behind another one; null if it is the newest */
    S successor(int i) {
        return i + 1 < live.size() ? live.get(i + 1) : null;
    }

    /** @return the next one behind a live segment whose header may be believed; null if there is none */
    S trustedBehind(int i) {
        for (S segment : live.subList(i + 1, live.size())) {
            if (segment.isTrusted()) {
                return segment;
            }
        }
        return null;
    }

    /** Where a segment's part of the log ends at the latest, as its successor and its own note of a cut say. */
    static long endOf(SegmentClaims segment, SegmentClaims successor) {
        boolean saysSo = successor != null && successor.isTrusted();
        return Math.min(segment.cutNote(), saysSo ? successor.header().base().index() : Long.MAX_VALUE);
    }

    /**
     * The newest mark that says something. A segment gets its name after all before it was forced; and one that has a
     * name but no header had a mark, so nothing is certain.
     *
     * @return the last index that was noted as forced; {@link Long#MAX_VALUE} if the mark that counts is lost
     */
    long flushMark() {
        for (int i = live.size() - 1; i >= 0; i--) {
            S segment = live.get(i);
            if (!segment.isTrusted()) {
                return Long.MAX_VALUE;
            }
            long base = segment.header().base().index();
            if (segment.flushMark() > base || segment.isNamed()) {
                return Math.max(base, Math.min(segment.flushMark(), endOf(segment, successor(i))));
            }
        }
        return live.isEmpty() ? 0 : live.get(0).header().base().index();
    }
}
