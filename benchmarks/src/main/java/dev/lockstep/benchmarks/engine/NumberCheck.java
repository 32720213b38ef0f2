package dev.lockstep.benchmarks.engine;

import dev.lockstep.storage.Invariant;

/** Sees that numbers come one after another, from 1 on: none is left out, and none comes twice. */
public final class NumberCheck {
    private final String where;
    private long last;

    /** @param where what is said if one is wrong */
    public NumberCheck(String where) {
        this.where = where;
    }

    /** @param number comes next */
    public void take(long number) {
        Invariant.check(number == last + 1, where, last + 1, number);
        last = number;
    }

    /** @param number goes for the one that came last */
    public void resume(long number) {
        last = number;
    }

    /** @return the number that came last; zero if none did */
    public long last() {
        return last;
    }
}
