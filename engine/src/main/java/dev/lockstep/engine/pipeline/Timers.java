package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Cluster;
import dev.lockstep.storage.Invariant;
import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;

/**
 * The timers that are pending, the next one first: by deadline, then by number. Part of the replicated state: what it does
 * depends on nothing but the log, and so does the order in which it is {@link #forEach saved}. Owned by the applier's
 * thread.
 *
 * <p>A heap of which each node has four children, for the deadlines of four lie in one cache line: each act takes the
 * logarithm of what is pending, whatever the deadlines are. A timer wheel takes less, but has to sort what falls into one of
 * its ticks, and to go over the ticks in which there is nothing. Room is made by halves of what there is, and kept.
 */
final class Timers {
    /** The next deadline where no timer is pending. */
    static final long NONE = Long.MAX_VALUE;

    private static final int CHILDREN = 4;
    private static final int FIRST_ROOM = 256;
    private static final int NOWHERE = -1;

    /** By number: in which slot a timer is. */
    private final Long2LongHashMap slots = new Long2LongHashMap(FIRST_ROOM, 0.6f, NOWHERE);
    /** By place in the heap. */
    private long[] deadlines = new long[FIRST_ROOM];

    private int[] slotAt = new int[FIRST_ROOM];
    /** By slot. */
    private long[] ids = new long[FIRST_ROOM];

    private int[] placeOf = new int[FIRST_ROOM];
    private int size;

    Timers() {
        chooseSlots(0);
    }

    /** Behind the heap's end stand the slots that are free. */
    private void chooseSlots(int from) {
        for (int place = from; place < slotAt.length; place++) {
            slotAt[place] = place;
        }
    }

    int size() {
        return size;
    }

    /** @return when the next one is due; {@link #NONE} if none is pending */
    long nextDeadlineNs() {
        return size == 0 ? NONE : deadlines[0];
    }

    /** @return the number of the next one; one must be pending */
    long nextId() {
        Invariant.check(size > 0, "no timer is pending");
        return ids[slotAt[0]];
    }

    /** The next one is pending no more. */
    void removeNext() {
        remove(slotAt[0]);
    }

    void clear() {
        slots.clear();
        size = 0;
    }

    /** @throws IllegalStateException if there are too many */
    void schedule(long id, long deadlineNs) {
        int slot = (int) slots.get(id);
        if (slot != NOWHERE) {
            int place = placeOf[slot];
            deadlines[place] = deadlineNs;
            settle(place);
            return;
        }
        if (size == Cluster.MAX_TIMERS) {
            throw new IllegalStateException(
                    "a timer is scheduled, and " + Cluster.MAX_TIMERS + " are pending: there may be no more");
        }
        append(id, deadlineNs);
        settle(size - 1);
    }

    /** A timer that was saved; to be called in the order in which they were. */
    void restore(long id, long deadlineNs) {
        boolean isNew = slots.get(id) == NOWHERE;
        append(id, deadlineNs);
        int place = size - 1;
        Invariant.check(isNew && (place == 0 || !isBefore(place, parent(place))), "timers that cannot be restored");
    }

    /** @return whether that one can come next when timers are restored */
    boolean isRestorable(long id, long deadlineNs) {
        if (slots.get(id) != NOWHERE) {
            return false;
        }
        return size == 0 || !isBefore(deadlineNs, id, parent(size));
    }

    private void append(long id, long deadlineNs) {
        if (size == slotAt.length) {
            grow();
        }
        int slot = slotAt[size];
        slots.put(id, slot);
        ids[slot] = id;
        put(size, slot, deadlineNs);
        size++;
    }

    private void grow() {
        int room = size + (size >> 1);
        deadlines = Arrays.copyOf(deadlines, room);
        slotAt = Arrays.copyOf(slotAt, room);
        ids = Arrays.copyOf(ids, room);
        placeOf = Arrays.copyOf(placeOf, room);
        chooseSlots(size);
    }

    /** @return whether it was pending */
    boolean cancel(long id) {
        int slot = (int) slots.get(id);
        if (slot == NOWHERE) {
            return false;
        }
        remove(slot);
        return true;
    }

    private void remove(int slot) {
        slots.remove(ids[slot]);
        int place = placeOf[slot];
        size--;
        int last = slotAt[size];
        long lastDeadlineNs = deadlines[size];
        slotAt[size] = slot;
        if (place < size) {
            put(place, last, lastDeadlineNs);
            settle(place);
        }
    }

    /** What is done with each timer that is saved. */
    interface Visitor {
        void onTimer(long id, long deadlineNs);
    }

    /** Visits all, in the order of the heap. */
    void forEach(Visitor visitor) {
        for (int place = 0; place < size; place++) {
            visitor.onTimer(ids[slotAt[place]], deadlines[place]);
        }
    }

    private void settle(int place) {
        if (place > 0 && isBefore(place, parent(place))) {
            rise(place);
        } else {
            sink(place);
        }
    }

    private void rise(int from) {
        int slot = slotAt[from];
        long deadlineNs = deadlines[from];
        int place = from;
        while (place > 0 && isBefore(deadlineNs, ids[slot], parent(place))) {
            int above = parent(place);
            put(place, slotAt[above], deadlines[above]);
            place = above;
        }
        put(place, slot, deadlineNs);
    }

    private void sink(int from) {
        int slot = slotAt[from];
        long deadlineNs = deadlines[from];
        int place = from;
        int least = leastChild(place);
        while (least < size && !isBefore(deadlineNs, ids[slot], least)) {
            put(place, slotAt[least], deadlines[least]);
            place = least;
            least = leastChild(place);
        }
        put(place, slot, deadlineNs);
    }

    /** @return the child that is due first; the heap's end if there is none */
    private int leastChild(int place) {
        int first = CHILDREN * place + 1;
        int end = Math.min(first + CHILDREN, size);
        int least = Math.min(first, size);
        for (int child = first + 1; child < end; child++) {
            if (isBefore(child, least)) {
                least = child;
            }
        }
        return least;
    }

    private static int parent(int place) {
        return (place - 1) / CHILDREN;
    }

    private boolean isBefore(int place, int other) {
        return isBefore(deadlines[place], ids[slotAt[place]], other);
    }

    private boolean isBefore(long deadlineNs, long id, int other) {
        return deadlineNs < deadlines[other] || (deadlineNs == deadlines[other] && id < ids[slotAt[other]]);
    }

    private void put(int place, int slot, long deadlineNs) {
        slotAt[place] = slot;
        deadlines[place] = deadlineNs;
        placeOf[slot] = place;
    }
}
