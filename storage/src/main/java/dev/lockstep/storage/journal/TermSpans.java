package dev.lockstep.storage.journal;

import java.util.ArrayList;
import java.util.List;

/** Which terms the frames seen so far are of. */
final class TermSpans {
    private final List<TermSpan> spans = new ArrayList<>();

    void add(long term, long firstIndex, long lastIndex) {
        int newest = spans.size() - 1;
        if (newest >= 0) {
            TermSpan last = spans.get(newest);
            if (last.term() == term && last.lastIndex() + 1 == firstIndex) {
                spans.set(newest, new TermSpan(term, last.firstIndex(), lastIndex));
                return;
            }
        }
        spans.add(new TermSpan(term, firstIndex, lastIndex));
    }

    /** Adds those of another one, as far as an index. */
    void addUpTo(long index, TermSpans others) {
        for (TermSpan each : others.spans) {
            if (each.firstIndex() <= index) {
                add(each.term(), each.firstIndex(), Math.min(index, each.lastIndex()));
            }
        }
    }

    List<TermSpan> all() {
        return List.copyOf(spans);
    }
}
