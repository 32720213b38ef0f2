package dev.lockstep.engine.replica;

/** Is shown what a primary knows of another node that keeps the log. */
public interface StandbyView {
    /**
     * @param node which one
     * @param isLive whether each frame goes to it as it is made
     * @param matchedIndex up to where it has acknowledged to have the log
     * @param flushedIndex up to where it has acknowledged to have that on its device
     * @param heardNs when it was last heard
     */
    void onStandby(int node, boolean isLive, long matchedIndex, long flushedIndex, long heardNs);
}
