package dev.lockstep.storage.journal;

/**
 * Sound frames that follow one another within a segment.
 *
 * @param fromOffset the byte where the first one's record starts
 * @param toOffset the byte behind the last one's record
 * @param firstIndex the first one's first index
 * @param lastIndex the last one's last index
 * @param frames how many they are
 */
public record FrameRun(int fromOffset, int toOffset, long firstIndex, long lastIndex, long frames) {
    FrameRun and(int end, long index) {
        return new FrameRun(fromOffset, end, firstIndex, index, frames + 1);
    }
}
