package dev.lockstep.engine.replica;

import dev.lockstep.engine.Role;

/** Of a node that does nothing but offer what a test says. */
final class GivenDuty extends Duty {
    private final long offeredIndex;

    GivenDuty(long offeredIndex) {
        this.offeredIndex = offeredIndex;
    }

    @Override
    Role role() {
        return Role.PRIMARY;
    }

    @Override
    void onTick() {
        // nothing is due
    }

    @Override
    void read(long id) {
        throw new UnsupportedOperationException("nobody reads here");
    }

    @Override
    boolean offers(int node, long snapshotIndex) {
        return snapshotIndex <= offeredIndex;
    }
}
