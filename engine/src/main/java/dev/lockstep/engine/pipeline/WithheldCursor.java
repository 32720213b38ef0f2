package dev.lockstep.engine.pipeline;

/**
 * Looks up, index after index, what was withheld. Keeps the page that it stands in, so that a look costs a comparison where
 * nothing is set. Owned by the thread that follows.
 */
final class WithheldCursor {
    private static final long NOWHERE = -1;

    private Withheld withheld;
    /** The last page that begins at or before the one that was looked for; null if there is none. */
    private Withheld.Page page;

    private long number = NOWHERE;

    /** More may have been set since, or this is another history. */
    @SuppressWarnings("ReferenceEquality") // a history's bits are one object
    void begin(Withheld of) {
        if (withheld != of) {
            withheld = of;
            page = null;
        }
        number = NOWHERE; // where no page was one may have been made
    }

    /** Whoever does not go on keeps nothing from going. */
    void end() {
        withheld = null;
        page = null;
    }

    /**
     * @param index not before the last one that was asked for, and no further than may be told
     * @return whether it was withheld; if the index is still known then, that is right
     */
    boolean includes(long index) {
        long wanted = Withheld.numberOf(index);
        if (wanted != number) {
            page = find(wanted);
            number = wanted;
        }
        return page != null && page.number == wanted && page.includes(index);
    }

    private Withheld.Page find(long wanted) {
        Withheld.Page found = page != null && page.number <= wanted ? page : atMost(withheld.first(), wanted);
        while (found != null && found.number < wanted) {
            Withheld.Page next = found.next();
            if (next == null && withheld.hasDropped(found)) {
                found = atMost(withheld.first(), wanted); // it led nowhere, for it has gone
            } else if (next == null || next.number > wanted) {
                return found;
            } else {
                found = next;
            }
        }
        return found;
    }

    private static Withheld.Page atMost(Withheld.Page page, long wanted) {
        return page != null && page.number <= wanted ? page : null;
    }
}
