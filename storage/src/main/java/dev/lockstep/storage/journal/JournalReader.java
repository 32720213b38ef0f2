package dev.lockstep.storage.journal;

import dev.lockstep.storage.frame.Frame;

/**
 * Reads verified frames in order where they lie, also while the writer appends. Owned by one thread; never blocks and,
 * but for a seek or the step into another segment, never allocates. It never returns a frame whose checksum, chain,
 * index or term order is wrong, and never goes from one history over into another.
 *
 * <pre>{@code
 * ReadResult result = reader.seek(index);
 * while (result == ReadResult.FRAME) {
 *     while (reader.frame().nextCommand()) {
 *         apply(reader.frame());
 *     }
 *     result = reader.next();
 * }
 * }</pre>
 */
public interface JournalReader extends AutoCloseable {
    /**
     * Goes to the frame that holds an index; the frame's cursor stands before the command at that index.
     *
     * @param index any index from the oldest one held up to one behind the newest
     * @return {@link ReadResult#FRAME}; {@link ReadResult#END} if the index is the next to be appended (then
     *     {@link #next} gives it when it is); COMPACTED or DAMAGED; CUT if the log was cut meanwhile: seek again
     * @throws IllegalArgumentException if the index lies further ahead
     */
    ReadResult seek(long index);

    /**
     * Goes to the frame behind the current one, or to the oldest one if there is none yet. After
     * {@link ReadResult#END} the reader stands where it was, and may be asked again. If the log was cut or began anew since
     * a reader was made that has read nothing yet, the answer may be COMPACTED: seek then.
     *
     * @return what was met
     */
    ReadResult next();

    /**
     * @return the current frame, with the cursor where the reader's owner left it; it stays readable after
     *     {@link ReadResult#FRAME}, through any number of {@link ReadResult#END}, until another answer or the close
     */
    Frame frame();

    /**
     * @return what was met when the last answer was {@link ReadResult#DAMAGED}
     */
    Damage damage();

    /** Lets go of the memory that the current frame lies in. */
    @Override
    void close();
}
