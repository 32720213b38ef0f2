package dev.lockstep.engine;

/**
 * What a backup holds. It can be restored as it was at any index from the first to the last.
 *
 * @param fromIndex the first of them: that of its snapshot, or 1 if the backup holds the whole log
 * @param toIndex the last of them: all that was committed when it was begun
 * @param snapshotIndex the last index that its snapshot includes; 0 if it needs none
 * @param bytes how much it takes
 * @param cluster the cluster's id, as messages name it
 * @param epoch the epoch of the last index
 */
public record BackupReport(long fromIndex, long toIndex, long snapshotIndex, long bytes, String cluster, long epoch) {}
