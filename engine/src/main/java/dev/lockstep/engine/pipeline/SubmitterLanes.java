package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The lanes of all submitters, by number. Taken and given back by any thread; what was made once is used again, and seen by
 * the hot thread and the applier from then on.
 */
final class SubmitterLanes {
    private final AtomicReferenceArray<SubmitterLane> lanes;
    private final SubmitterLane ofFutures;
    private final boolean[] isTaken;
    private final int window;
    private final int maxReplyBytes;

    /** @param onFuture is run when something came back for those who hold futures; by the hot thread or the applier's */
    SubmitterLanes(int maxSubmitters, int window, int maxReplyBytes, Runnable onFuture) {
        this.lanes = new AtomicReferenceArray<>(maxSubmitters + 1);
        this.ofFutures = new SubmitterLane(maxSubmitters, window, maxReplyBytes, onFuture);
        this.lanes.set(maxSubmitters, ofFutures);
        this.isTaken = new boolean[maxSubmitters];
        this.window = window;
        this.maxReplyBytes = maxReplyBytes;
    }

    /** @return the lane of the one who submits for those who want futures, besides all others */
    SubmitterLane ofFutures() {
        return ofFutures;
    }

    /** Any thread. @return a lane that nobody else has */
    SubmitterLane take() {
        synchronized (isTaken) {
            for (int i = 0; i < isTaken.length; i++) {
                if (!isTaken[i]) {
                    isTaken[i] = true;
                    if (lanes.get(i) == null) {
                        lanes.set(i, new SubmitterLane(i, window, maxReplyBytes));
                    }
                    return lanes.get(i);
                }
            }
        }
        throw new EngineException("there are " + isTaken.length
                + " submitters already, as many as maxSubmitters allows: close some, or raise it");
    }

    /** Any thread. */
    void giveBack(SubmitterLane lane) {
        synchronized (isTaken) {
            isTaken[lane.number] = false;
        }
    }

    /** @return how many there may be */
    int count() {
        return lanes.length();
    }

    /** @return the lane of a number that was taken once; null if none was */
    SubmitterLane at(int number) {
        return number < lanes.length() ? lanes.get(number) : null;
    }

    /**
     * Hot thread only: nothing of any session is sequenced any more.
     *
     * @param committed up to where the log is committed now
     */
    void endSessions(long committed) {
        for (int i = 0; i < lanes.length(); i++) {
            SubmitterLane lane = lanes.get(i);
            if (lane != null && lane.openSession() != 0) {
                lane.end(lane.openSession(), committed);
            }
        }
    }
}
