package dev.lockstep.engine;

/**
 * What a primary knew of another node at a moment.
 *
 * @param node its name
 * @param isLive whether each frame goes to it as it is made; if not it is behind, or not there
 * @param appendedIndex up to where it has acknowledged to have the log
 * @param flushedIndex up to where it has acknowledged to have that on its device
 * @param lagIndexes how many indexes of the primary's log it has not acknowledged
 * @param silentNs how long nothing was heard of it
 */
public record StandbyStatus(
        String node, boolean isLive, long appendedIndex, long flushedIndex, long lagIndexes, long silentNs) {}
