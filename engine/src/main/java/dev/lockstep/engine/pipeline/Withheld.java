package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.Invariant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which commands of one history the state machine was not given, and how far whoever follows may go: part of the replicated
 * state, for only applying tells. One bit for an index, in pages that are made where a bit is set; the oldest page goes when
 * there are too many, and what lies there is not known any more. What is kept depends on the log alone, so that all nodes
 * save the same.
 *
 * <p>Written by the applier's thread; read by those who follow. They rely on this:
 * <ul>
 *   <li>An object is of one history. When the state is cleared there is another object, which says nothing until its state
 *       is whole.
 *   <li>The bits up to {@link #followableTo} are set before that is published, and never change.
 *   <li>What is published is committed, and applied in the log that had seen {@link #generation} cuts: it stands in the
 *       log as long as the log has that generation.
 *   <li>What becomes unknown is said, by {@link #knownFrom}, before it goes: whoever looks at a bit and then finds its index
 *       known has seen it as it is.
 * </ul>
 */
final class Withheld {
    /** A page's share of the log, in bits of an index. */
    static final int PAGE_SHIFT = 12;

    /**
     * 16 MiB, which are of 134 million indexes at least. A part of what every node computes alike, as {@link
     * SessionLimits}, and so no setting.
     */
    static final int MAX_PAGES = 1 << 15;

    static final int WORDS = 1 << (PAGE_SHIFT - 6);

    private static final long NO_GENERATION = -1;

    /** The bits of the indexes whose upper part is a number. */
    static final class Page {
        final long number;
        private final AtomicLongArray words = new AtomicLongArray(WORDS);
        private volatile Page next;

        private Page(long number) {
            this.number = number;
        }

        boolean includes(long index) {
            return (words.getAcquire(wordOf(index)) & bitOf(index)) != 0;
        }

        long word(int at) {
            return words.getAcquire(at);
        }

        /** @return the one behind it; null if there is none, or if this one has gone */
        Page next() {
            return next;
        }
    }

    private final int maxPages;
    private volatile Page first;
    private volatile long knownFrom = 1;
    private volatile long generation = NO_GENERATION;
    private final AtomicLong followableTo = new AtomicLong();
    /** The applier's. */
    private Page last;

    private int pages;
    private long lastIndex;
    private boolean isWhole;

    Withheld() {
        this(MAX_PAGES);
    }

    /** @param maxPages how many are kept; the same on all nodes */
    Withheld(int maxPages) {
        this.maxPages = maxPages;
    }

    // ---- the applier's thread

    /** The command of an index is not given to the state machine; indexes grow. */
    void add(long index) {
        Invariant.check(index > lastIndex, "commands are withheld in another order than applied", lastIndex, index);
        lastIndex = index;
        long number = numberOf(index);
        Page page = last;
        if (page == null || page.number != number) {
            page = addPage(number);
        }
        int at = wordOf(index);
        page.words.setRelease(at, page.words.getPlain(at) | bitOf(index));
    }

    private Page addPage(long number) {
        if (pages == maxPages) {
            dropOldest();
        }
        Page added = new Page(number);
        if (last == null) {
            first = added;
        } else {
            last.next = added;
        }
        last = added;
        pages++;
        return added;
    }

    /** First it is said, then it goes; nobody who stands there may keep what comes behind it from going, too. */
    private void dropOldest() {
        Page oldest = first;
        knownFrom = firstIndexOf(oldest.number + 1);
        first = oldest.next;
        oldest.next = null;
        last = first == null ? null : last;
        pages--;
    }

    /** What comes before was not saved by whoever saved the rest. */
    void knownFrom(long index) {
        knownFrom = index;
    }

    /** The whole state is there that this is of. */
    void onWhole() {
        isWhole = true;
    }

    /**
     * Lets those go on who follow.
     *
     * @param index up to where the log is committed, and applied
     * @param logGeneration of the log in which it is
     */
    void publish(long index, long logGeneration) {
        if (!isWhole) {
            return;
        }
        if (logGeneration != generation) {
            generation = logGeneration;
        }
        if (index != followableTo.getPlain()) {
            followableTo.setRelease(index);
        }
    }

    int pages() {
        return pages;
    }

    int maxPages() {
        return maxPages;
    }

    // ---- any thread

    /** @return the first index of which it is known whether it was given to the state machine */
    long knownFrom() {
        return knownFrom;
    }

    /** @return the last index that may be told */
    long followableTo() {
        return followableTo.getAcquire();
    }

    /** @return of which log that is said; to be read after it */
    long generation() {
        return generation;
    }

    /** @return the oldest page; null if there is none */
    Page first() {
        return first;
    }

    /** @return whether a page that was reached has gone meanwhile; to be asked after what stands in it was read */
    boolean hasDropped(Page page) {
        return firstIndexOf(page.number + 1) <= knownFrom;
    }

    static long numberOf(long index) {
        return index >>> PAGE_SHIFT;
    }

    static long firstIndexOf(long number) {
        return number << PAGE_SHIFT;
    }

    private static int wordOf(long index) {
        return (int) (index >>> 6) & (WORDS - 1);
    }

    private static long bitOf(long index) {
        return 1L << index;
    }
}
