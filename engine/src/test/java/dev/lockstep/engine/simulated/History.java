package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import java.util.ArrayList;
import java.util.List;

/** What is committed in one epoch: for each index the frame that holds it, and the state after the frame. */
final class History {
    final long epoch;
    private final List<FrameRef> frames = new ArrayList<>();
    private final List<Long> terms = new ArrayList<>();
    private final List<Long> states = new ArrayList<>();

    History(long epoch) {
        this.epoch = epoch;
    }

    /**
     * The history of an epoch that was founded on this one.
     *
     * @param founder the disk of the node that founds it, whose log goes on
     */
    History forked(long newEpoch, SimulatedDisk founder, long lastIndex) {
        History fork = new History(newEpoch);
        for (long index = 1; index <= lastIndex; index++) {
            FrameRef known = holding(index);
            FrameRef kept = index < founder.base().index() ? known : founder.holding(index);
            if (kept == null) {
                return fork; // compacted, and never seen to be committed
            }
            fork.frames.add(kept);
            fork.terms.add(0L);
            boolean isSame = kept.equals(known) && index <= states.size();
            fork.states.add(isSame ? states.get((int) index - 1) : null);
        }
        return fork;
    }

    long lastIndex() {
        return frames.size();
    }

    /** @return the last committed frame; what comes before the first if there is none */
    FrameRef last() {
        return frames.isEmpty() ? FrameRef.ORIGIN : frames.get(frames.size() - 1);
    }

    /** @return the committed frame that holds an index; null if it is not known to be committed */
    FrameRef holding(long index) {
        return index >= 1 && index <= frames.size() ? frames.get((int) index - 1) : null;
    }

    /** @param term in which it is known to be committed */
    void add(FrameRef frame, long term) {
        while (frames.size() < frame.index()) {
            frames.add(frame);
            terms.add(term);
        }
    }

    /** @return the last frame that was committed before a term; what comes before the first if there is none */
    FrameRef lastBefore(long term) {
        for (int i = frames.size() - 1; i >= 0; i--) {
            if (terms.get(i) < term) {
                return frames.get(i);
            }
        }
        return FrameRef.ORIGIN;
    }

    /** @return what somebody else computed for an index; null if nobody has yet, and then this is it */
    Long state(long index, long hash) {
        while (states.size() < index) {
            states.add(null);
        }
        Long known = states.get((int) index - 1);
        if (known == null) {
            states.set((int) index - 1, hash);
        }
        return known;
    }
}
