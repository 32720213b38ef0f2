package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import java.util.ArrayList;
import java.util.List;

/** Frames in a row, behind a base. */
final class LogContent {
    private FrameRef base = FrameRef.ORIGIN;
    private final List<LogEntry> entries = new ArrayList<>();

    LogContent copy() {
        LogContent copy = new LogContent();
        copy.base = base;
        copy.entries.addAll(entries);
        return copy;
    }

    FrameRef base() {
        return base;
    }

    /** @return the last frame; the base if there is none */
    FrameRef last() {
        return entries.isEmpty() ? base : entries.get(entries.size() - 1).ref();
    }

    int size() {
        return entries.size();
    }

    LogEntry at(int place) {
        return entries.get(place);
    }

    void add(LogEntry entry) {
        entries.add(entry);
    }

    void addAll(List<LogEntry> more) {
        entries.addAll(more);
    }

    /** Nothing is left but what comes behind that. */
    void startAfter(FrameRef newBase) {
        entries.clear();
        base = newBase;
    }

    /** @return the entry that holds an index; null if none does */
    LogEntry holding(long index) {
        int place = placeOf(index);
        return place < 0 ? null : entries.get(place);
    }

    /** @return where the entry stands that holds an index; negative if none does */
    int placeOf(long index) {
        int low = 0;
        int high = entries.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            LogEntry entry = entries.get(middle);
            if (index < entry.firstIndex()) {
                high = middle - 1;
            } else if (index > entry.lastIndex()) {
                low = middle + 1;
            } else {
                return middle;
            }
        }
        return -1;
    }

    /** @return where the first entry stands that has any index beyond that one; the size if none has */
    int placeBeyond(long index) {
        if (index <= base.index()) {
            return 0;
        }
        int place = placeOf(index);
        if (place < 0) {
            return entries.size();
        }
        return entries.get(place).lastIndex() > index ? place : place + 1;
    }

    /** @return whether that frame is part of the log, or its base */
    boolean holds(FrameRef ref) {
        if (ref.equals(base)) {
            return true;
        }
        LogEntry entry = holding(ref.index());
        return entry != null && entry.ref().equals(ref);
    }

    /** @return the frame before the one at a place */
    FrameRef before(int place) {
        return place == 0 ? base : entries.get(place - 1).ref();
    }

    /** @return where the first damaged one stands; negative if all are sound */
    int firstDamaged() {
        for (int place = 0; place < entries.size(); place++) {
            if (entries.get(place).isDamaged()) {
                return place;
            }
        }
        return -1;
    }

    void replace(int place, LogEntry entry) {
        entries.set(place, entry);
    }

    /**
     * The frames that begin there or behind are no longer part of the log.
     *
     * @return those frames
     */
    List<LogEntry> cutFrom(long firstIndex) {
        int from = placeBeyond(firstIndex - 1);
        if (from < entries.size() && entries.get(from).firstIndex() < firstIndex) {
            from++;
        }
        List<LogEntry> tail = entries.subList(from, entries.size());
        List<LogEntry> cut = new ArrayList<>(tail);
        tail.clear();
        return cut;
    }

    /** What is wholly below an index may go. */
    void compactBelow(long index) {
        int gone = 0;
        while (gone < entries.size() && entries.get(gone).lastIndex() < index) {
            base = entries.get(gone).ref();
            gone++;
        }
        entries.subList(0, gone).clear();
    }
}
