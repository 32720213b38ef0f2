package dev.lockstep.benchmarks.replica;

import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.orphans.OrphanStore;

/** Nothing is ever cut here. */
final class NoOrphans implements OrphanStore {
    @Override
    public void keep(Frame frame) {
        throw new UnsupportedOperationException("a log was cut while nothing went wrong");
    }

    @Override
    public String seal() {
        return null;
    }

    @Override
    public void close() {}
}
