package dev.lockstep.storage.journal;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Keeps the next segment ready, so that the writer rolls by a swap. Fills it in small steps at a limited rate, or as
 * fast as it can once the writer had to wait. Meets a full disk here, as a state that passes when there is room again.
 */
final class Preparer implements Agent {
    /** What a step takes is what a processor is not there for others. */
    private static final int STEP_BYTES = 256 << 10;

    /** As much as is written in a tenth of the time of a force. */
    private static final int SHORT_STEP_BYTES = 16 << 10;

    /**
     * What is written at once the file system keeps as one piece from then on, and a force writes all of a piece of which a
     * byte has changed: with pieces of a megabyte a force took four times as long as with these.
     */
    private static final int FORCED_PIECE_BYTES = 16 << 10;

    /** Next to what the writer fills meanwhile the next segment grows so much faster. */
    private static final int LEAD = 2;

    private static final long RETRY_NS = 200_000_000;
    /** Where the bound is met: what is deleted to make room is deleted on this thread too. */
    private static final long LOOK_NS = 50_000_000;

    private final JournalDirectory directory;
    private final JournalSettings settings;
    private final LogState state;
    private final NanoClock clock;
    private final OneToOneConcurrentArrayQueue<PreparedSegment> ready;
    private final JournalBound bound;
    private final ByteBuffer zeros;
    private Preparation preparation;
    private long nextNumber;
    private long nextStepNs;
    /** Up to where the writer had filled its segment at the last step. */
    private int endAtStep;

    private volatile boolean hurry;
    private volatile boolean diskFull;

    Preparer(
            JournalDirectory directory,
            JournalSettings settings,
            LogState state,
            NanoClock clock,
            OneToOneConcurrentArrayQueue<PreparedSegment> ready,
            JournalBound bound,
            long firstNumber) {
        this.directory = directory;
        this.settings = settings;
        this.state = state;
        this.clock = clock;
        this.ready = ready;
        this.bound = bound;
        this.zeros = ByteBuffer.allocateDirect(settings.flushIntervalNs() > 0 ? STEP_BYTES : FORCED_PIECE_BYTES);
        this.nextNumber = firstNumber;
        this.nextStepNs = clock.nanoTime();
    }

    @Override
    public String roleName() {
        return "journal-preparer";
    }

    /** Writer: it waits for the next segment. */
    void hurry() {
        hurry = true;
    }

    boolean isDiskFull() {
        return diskFull;
    }

    /** Then only time brings it, however much the writer is in a hurry. */
    private boolean isWaitingForRoom() {
        return diskFull || bound.isFull() || !ready.isEmpty();
    }

    @Override
    public int doWork() {
        boolean isThereNothingToDo = !ready.isEmpty() && !bound.isMet() && !bound.isOutdated();
        if (state.hasFailed() || isThereNothingToDo) {
            return 0;
        }
        long now = clock.nanoTime();
        if (bound.isOutdated() && preparation == null) {
            nextStepNs = now; // whoever is sparing with room should know that there is some
        }
        if (now - nextStepNs < 0 && (isWaitingForRoom() || !isLate())) {
            return 0;
        }
        try {
            step(now);
        } catch (IOException | RuntimeException | InternalError e) {
            onFailure(e, now);
        }
        return 1;
    }

    /** The next segment must be ready before the one in use is half full, or the writer is already waiting. */
    private boolean isLate() {
        if (hurry) {
            return true;
        }
        Segment inUse = state.inUse();
        long filled = preparation == null ? 0 : preparation.written();
        return inUse != null && filled < 2L * inUse.endPosition();
    }

    private void step(long now) throws IOException {
        if (preparation == null) {
            boolean isOneReady = !ready.isEmpty();
            boolean fits = bound.fitsAnother(isOneReady);
            if (!fits || isOneReady) {
                nextStepNs = bound.isMet() ? now + LOOK_NS : now;
                return;
            }
            preparation = new Preparation(directory, nextNumber, settings.segmentBytes(), zeros);
        }
        if (!preparation.isFilled()) {
            int bytes = preparation.fill(stepBytes());
            nextStepNs = now + bytes * 1_000_000_000L / settings.prepareBytesPerSecond();
            return;
        }
        PreparedSegment segment = preparation.finish();
        preparation = null;
        nextNumber++;
        diskFull = false;
        hurry = false;
        bound.fitsAnother(true); // before anybody can take it
        nextStepNs = bound.isMet() ? now + LOOK_NS : nextStepNs;
        ready.add(segment);
    }

    /**
     * Where all wait for the flusher it may wait for a step: that is short, but not so short that the writer would come to
     * the end of its segment first, for there is a force between two steps.
     */
    private int stepBytes() {
        if (hurry || settings.flushIntervalNs() > 0) {
            return STEP_BYTES;
        }
        Segment inUse = state.inUse();
        int end = inUse == null ? 0 : inUse.endPosition();
        int filled = end > endAtStep ? end - endAtStep : 0;
        endAtStep = end;
        return Math.min(STEP_BYTES, Math.max(SHORT_STEP_BYTES, LEAD * filled));
    }

    private void onFailure(Throwable cause, long now) {
        try {
            if (preparation != null) {
                preparation.abandon();
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        preparation = null;
        nextStepNs = now + RETRY_NS;
        if (cause instanceof IOException refused && Disk.saysFull(refused)) {
            diskFull = true;
            return;
        }
        StorageException failure = new StorageException(
                "the next segment cannot be made in " + directory.root() + ": " + Refusal.why(cause)
                        + "; mend that, then restart the node: the log as it is stays",
                cause);
        state.fail(failure);
        throw failure;
    }

    /** After the thread has ended: removes what nobody has taken. */
    void discardUnused() throws IOException {
        if (preparation != null) {
            preparation.abandon();
        }
        for (PreparedSegment segment = ready.poll(); segment != null; segment = ready.poll()) {
            segment.discard();
        }
    }
}
