package dev.lockstep.engine.pipeline;

/** What would help whoever has asked for the state to be built anew. The hot thread's. */
final class RebuildWish {
    private boolean isSnapshotWanted;
    private boolean isPrimaryRight;

    /** @param isThePrimaryRight whether somebody has decided that the primary's state is right, compared or not */
    void begin(boolean isThePrimaryRight) {
        isSnapshotWanted = true;
        isPrimaryRight = isThePrimaryRight;
    }

    /** What is to be loaded is here, as far as it will come. */
    void onOrdered() {
        isPrimaryRight = false;
    }

    void end() {
        isSnapshotWanted = false;
        isPrimaryRight = false;
    }

    boolean isSnapshotWanted() {
        return isSnapshotWanted;
    }

    boolean isPrimaryRight() {
        return isPrimaryRight;
    }
}
