package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;

/** Saves and loads which commands were withheld, as {@link SessionsCodec} does the sessions. Owned by the applier's thread. */
final class WithheldCodec {
    private static final int FORMAT = 1;

    private WithheldCodec() {}

    static void save(Withheld withheld, SnapshotOutput out) {
        out.putInt(FORMAT);
        out.putLong(withheld.knownFrom());
        out.putInt(withheld.pages());
        for (Withheld.Page page = withheld.first(); page != null; page = page.next()) {
            out.putLong(page.number);
            for (int i = 0; i < Withheld.WORDS; i++) {
                out.putLong(page.word(i));
            }
        }
    }

    /**
     * Loads them into one that is empty. When this throws, what is there then is of no use.
     *
     * @param last the last index that the snapshot includes
     * @throws EngineException.BadSnapshot if that was not saved by one like this
     */
    static void load(Withheld withheld, long last, SnapshotInput in) {
        int format = in.getInt();
        check(format == FORMAT, "the format of what was withheld, which here is " + FORMAT + ",", format);
        long knownFrom = in.getLong();
        check(knownFrom >= 1 && knownFrom <= last + 1, "an index up to the one behind the last", knownFrom);
        withheld.knownFrom(knownFrom);
        int count = in.getInt();
        check(count >= 0 && count <= withheld.maxPages(), "a count of pages", count);
        long before = -1;
        for (int i = 0; i < count; i++) {
            long number = in.getLong();
            check(number > before && number <= Withheld.numberOf(last), "a later page of what was applied", number);
            loadPage(withheld, number, knownFrom, last, in);
            before = number;
        }
    }

    private static void loadPage(Withheld withheld, long number, long knownFrom, long last, SnapshotInput in) {
        boolean isEmpty = true;
        for (int i = 0; i < Withheld.WORDS; i++) {
            long first = Withheld.firstIndexOf(number) + (long) i * Long.SIZE;
            for (long left = in.getLong(); left != 0; left &= left - 1) {
                long index = first + Long.numberOfTrailingZeros(left);
                check(index >= knownFrom && index <= last, "an index of what was applied", index);
                withheld.add(index);
                isEmpty = false;
            }
        }
        check(!isEmpty, "a page with something in it", number);
    }

    private static void check(boolean holds, String what, long found) {
        if (!holds) {
            throw new EngineException.BadSnapshot(
                    "what was withheld cannot be: " + found + " stands where " + what + " should");
        }
    }
}
