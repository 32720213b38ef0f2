package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.testing.FrameMaker;
import org.agrona.concurrent.UnsafeBuffer;

/** A journal that a contract asks of, and what it is asked with. */
public abstract class JournalUnderTest {
    /** Small enough that a few dozen frames of this size fill a segment, where there are segments. */
    protected static final int LARGE = 16 * 1024;

    protected final FrameMaker maker = new FrameMaker();

    /** @return the journal under test, open */
    protected abstract Journal journal();

    /** @return the marks that it was opened with */
    protected abstract Marks marks();

    /** Lets the work in the background run until there is none. */
    protected abstract void settle();

    /** Closes the journal in good order and opens it again. */
    protected abstract void reopen();

    protected final void append(int commandCount, int commandLength) {
        maker.next(commandCount, commandLength);
        appendMade();
    }

    protected final void appendMade() {
        while (!journal().reserve(maker.length())) {
            settle();
        }
        journal().append(maker.buffer(), 0, maker.length());
    }

    protected final void appendMany(int frames, int commandLength) {
        for (int i = 0; i < frames; i++) {
            append(1, commandLength);
        }
    }

    /** Reads everything from an index on, checks each command, and returns the last frame. */
    protected final FrameRef readFrom(long index) {
        try (JournalReader reader = journal().newReader()) {
            ReadResult result = reader.seek(index);
            FrameRef last = null;
            long expected = index;
            while (result == ReadResult.FRAME) {
                expected = checkCommands(reader.frame(), expected);
                last = reader.frame().ref();
                result = reader.next();
            }
            assertThat(result).as("%s", reader.damage()).isEqualTo(ReadResult.END);
            assertThat(expected).isEqualTo(journal().appendedIndex() + 1);
            return last;
        }
    }

    private static long checkCommands(Frame frame, long from) {
        UnsafeBuffer expected = new UnsafeBuffer(new byte[128 * 1024]);
        UnsafeBuffer found = new UnsafeBuffer();
        while (frame.nextCommand()) {
            FrameMaker.fill(expected, frame.commandIndex(), frame.term(), frame.commandLength());
            found.wrap(frame.buffer(), frame.commandOffset(), frame.commandLength());
            assertThat(found.compareTo(new UnsafeBuffer(expected, 0, frame.commandLength())))
                    .as("command %s", frame.commandIndex())
                    .isZero();
        }
        assertThat(frame.lastIndex()).isGreaterThanOrEqualTo(from);
        return frame.lastIndex() + 1;
    }
}
