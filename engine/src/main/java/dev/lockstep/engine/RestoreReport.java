package dev.lockstep.engine;

import java.nio.file.Path;
import java.util.Map;

/**
 * What was restored.
 *
 * @param index the last index that is as it was in the backup; the frame that founds the new cluster comes behind it
 * @param cluster the new cluster's id, as messages name it
 * @param epoch its first epoch
 * @param term the term in which it begins
 * @param directories each node's directory, by the node's name
 */
public record RestoreReport(long index, String cluster, long epoch, long term, Map<String, Path> directories) {
    /** Keeps the directories as they are named now. */
    public RestoreReport {
        directories = Map.copyOf(directories);
    }
}
