package dev.lockstep.engine.pipeline;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.YieldingWaitStrategy;
import dev.lockstep.storage.Invariant;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The way of commands from the application's threads to the hot one. An entry lies in one slot, or in as many in a row as it
 * takes, and is there for the hot thread when all of them are written. {@link #offer} may be called by any thread, all
 * else belongs to the hot one. Nothing waits, allocates or locks.
 */
final class Ingress implements Entrance {
    static final int SLOT_BYTES = 256;
    /** As many as an int can count the bytes of. */
    static final int MAX_SLOTS = 1 << 22;

    private static final int LARGEST_PART = 4;

    /** The ring counts; the bytes lie in one piece beside it. */
    private static final class Slot {}

    private final RingBuffer<Slot> ring;
    private final Sequence consumed = new Sequence();
    private final UnsafeBuffer bytes;
    private final int slots;
    private final IngressEntry entry;
    /** The first slot that was not read yet. */
    private long next;

    private boolean isShown;
    /** Whether entries were read whose room was not given back. */
    private boolean isOnLoan;

    /** @param slots a power of two */
    Ingress(int slots) {
        if (!BitUtil.isPowerOfTwo(slots) || slots < LARGEST_PART || slots > MAX_SLOTS) {
            throw new IllegalArgumentException("the ring has " + slots + " slots; it must be a power of two, from "
                    + LARGEST_PART + " to " + MAX_SLOTS);
        }
        this.slots = slots;
        this.ring = RingBuffer.createMultiProducer(Slot::new, slots, new YieldingWaitStrategy());
        this.ring.addGatingSequences(consumed);
        this.bytes = new UnsafeBuffer(BufferUtil.allocateDirectAligned(slots * SLOT_BYTES, SLOT_BYTES));
        this.entry = new IngressEntry(bytes);
    }

    private int at(long slot) {
        return (int) (slot & (slots - 1)) * SLOT_BYTES;
    }

    private static int span(int length) {
        return (IngressEntry.HEAD_BYTES + length + SLOT_BYTES - 1) / SLOT_BYTES;
    }

    /** @return the longest payload that an entry takes */
    int maxLength() {
        return slots / LARGEST_PART * SLOT_BYTES - IngressEntry.HEAD_BYTES;
    }

    /** Any thread. What takes more than a quarter of the ring is too large. */
    @Override
    public int offer(IngressHead head, DirectBuffer payload, int offset, int length) {
        if (length > maxLength()) {
            return TOO_LARGE;
        }
        Invariant.check(head.kind != IngressEntry.VOID, "an entry is offered that would be passed over");
        payload.boundsCheck(offset, length);
        int span = span(length);
        long last;
        try {
            last = ring.tryNext(span);
        } catch (InsufficientCapacityException full) {
            return FULL; // it has no trace, and is not made anew
        }
        long first = last - span + 1;
        boolean isWritten = false;
        try {
            write(at(first), head, payload, offset, length);
            isWritten = true;
        } finally {
            if (!isWritten) {
                IngressEntry.writeVoid(bytes, at(first), length);
            }
            publish(first, last);
        }
        return span;
    }

    /** The first slot last: where it is published the whole entry is. */
    private void publish(long first, long last) {
        for (long slot = last; slot >= first; slot--) {
            ring.publish(slot);
        }
    }

    private void write(int at, IngressHead head, DirectBuffer payload, int offset, int length) {
        head.write(bytes, at, length);
        int body = at + IngressEntry.HEAD_BYTES;
        int untilEnd = Math.min(length, bytes.capacity() - body);
        bytes.putBytes(body, payload, offset, untilEnd);
        if (untilEnd < length) {
            bytes.putBytes(0, payload, offset + untilEnd, length - untilEnd); // it goes on where the ring begins
        }
    }

    /**
     * Looks at the next entry that is written; the same one until {@link #advance}.
     *
     * @return it; null if there is none
     */
    IngressEntry peek() {
        while (ring.isAvailable(next)) {
            int at = at(next);
            if (!IngressEntry.isVoid(bytes, at)) {
                isShown = true;
                return entry.wrap(at);
            }
            next += span(IngressEntry.lengthAt(bytes, at));
            if (!isOnLoan) {
                release(); // or a ring of voids alone would stay full
            }
        }
        return null;
    }

    /** Goes on behind the entry that was looked at; its bytes stay until {@link #release}. */
    void advance() {
        Invariant.check(isShown, "the ring goes on behind an entry that nobody has looked at");
        isShown = false;
        isOnLoan = true;
        next += span(entry.length());
    }

    /** Gives back the room of all that lies before the next entry. */
    void release() {
        isOnLoan = false;
        consumed.set(next - 1);
    }

    /** @return whether nothing is there that was published and not polled */
    boolean isEmpty() {
        return !ring.isAvailable(next);
    }

    /** Copies the payload of an entry. */
    static void copy(UnsafeBuffer ring, int body, int length, MutableDirectBuffer into, int offset) {
        int untilEnd = Math.min(length, ring.capacity() - body);
        into.putBytes(offset, ring, body, untilEnd);
        if (untilEnd < length) {
            into.putBytes(offset + untilEnd, ring, 0, length - untilEnd);
        }
    }
}
