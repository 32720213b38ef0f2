package dev.lockstep.storage.orphans;

import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What a file of orphans was found to hold.
 *
 * <pre>{@code
 * OrphanedFrames found = OrphanedFrames.read(file, frame -> System.out.println(frame));
 * System.out.println(found);
 * }</pre>
 *
 * @param file the file
 * @param frameCount how many sound frames stand in it from its start on
 * @param soundBytes how many bytes they take
 * @param defect what is wrong with what stands behind them; {@link FrameDefect#NONE} if nothing does. A crash before the
 *     batch was sealed may leave one torn frame there
 */
public record OrphanedFrames(Path file, long frameCount, long soundBytes, FrameDefect defect) {
    /**
     * Verifies and shows the frames of a file, in order, up to the first that is not sound. Changes nothing; blocks on the
     * device. Any thread.
     *
     * @param file a file that an {@link OrphanStore} has made
     * @param visitor is shown each frame, which is valid only until it returns
     * @return what was found
     * @throws StorageException if the file cannot be read
     */
    public static OrphanedFrames read(Path file, Consumer<Frame> visitor) {
        try (OrphanFile orphans = new OrphanFile(file)) {
            long frameCount = 0;
            while (!orphans.isAtEnd()) {
                FrameDefect defect = orphans.next();
                if (defect != FrameDefect.NONE) {
                    return new OrphanedFrames(file, frameCount, orphans.position(), defect);
                }
                frameCount++;
                visitor.accept(orphans.frame());
            }
            return new OrphanedFrames(file, frameCount, orphans.position(), FrameDefect.NONE);
        } catch (IOException refused) {
            throw new StorageException(
                    "the orphans in " + file + " cannot be read: " + Refusal.why(refused)
                            + "; let this user read the file, and look at the health of the device",
                    refused);
        }
    }

    /** @return whether the file holds sound frames and nothing else */
    public boolean isWhole() {
        return defect == FrameDefect.NONE;
    }

    @Override
    public String toString() {
        String sound = file + " holds " + frameCount + " sound frames";
        return isWhole() ? sound : sound + "; behind them, at byte " + soundBytes + ": " + defect.description();
    }
}
