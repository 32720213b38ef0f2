package dev.lockstep.storage.journal;

import java.nio.file.Path;

/**
 * What was found where: damage, unless whoever asked only wants to know where the log ends.
 *
 * @param segment the segment's number
 * @param file its file
 * @param offset the byte where the damage was met
 * @param index the index that should stand there
 * @param what what was found
 */
public record Damage(long segment, Path file, long offset, long index, String what) {
    @Override
    public String toString() {
        return "segment " + segment + " (" + file.getFileName() + ") at byte " + offset + ", where index " + index
                + " should be: " + what;
    }
}
