package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Frames in a row, behind a base. */
final class LogContent {
    /** One frame, which nobody changes, and its name. */
    record Entry(UnsafeBuffer bytes, long firstIndex, FrameRef ref) {
        static Entry of(Frame frame) {
            byte[] copy = new byte[frame.length()];
            frame.buffer().getBytes(frame.offset(), copy);
            return new Entry(new UnsafeBuffer(copy), frame.firstIndex(), frame.ref());
        }
    }

    private FrameRef base = FrameRef.ORIGIN;
    private final List<Entry> entries = new ArrayList<>();

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

    void add(Entry entry) {
        entries.add(entry);
    }

    /** Nothing is left but what comes behind that. */
    void startAfter(FrameRef newBase) {
        entries.clear();
        base = newBase;
    }

    /** @return the entry that holds an index; null if none does */
    Entry holding(long index) {
        int at = placeOf(index);
        return at < 0 ? null : entries.get(at);
    }

    private int placeOf(long index) {
        int low = 0;
        int high = entries.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Entry entry = entries.get(middle);
            if (index < entry.firstIndex()) {
                high = middle - 1;
            } else if (index > entry.ref().index()) {
                low = middle + 1;
            } else {
                return middle;
            }
        }
        return -1;
    }

    /** @return whether that frame is part of the log, or its base */
    boolean holds(FrameRef ref) {
        if (ref.equals(base)) {
            return true;
        }
        Entry entry = holding(ref.index());
        return entry != null && entry.ref().equals(ref);
    }

    /** The frame that begins there, and all behind it, are no longer part of the log. */
    void cutFrom(long firstIndex) {
        while (!entries.isEmpty() && entries.get(entries.size() - 1).firstIndex() >= firstIndex) {
            entries.remove(entries.size() - 1);
        }
    }

    /** What is wholly below an index may go. */
    void compactBelow(long index) {
        int gone = 0;
        while (gone < entries.size() && entries.get(gone).ref().index() < index) {
            base = entries.get(gone).ref();
            gone++;
        }
        entries.subList(0, gone).clear();
    }
}
