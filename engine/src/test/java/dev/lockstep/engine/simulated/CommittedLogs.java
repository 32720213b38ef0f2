package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import java.util.HashMap;
import java.util.Map;

/** The sequential model of each epoch, as far as its history is known. */
final class CommittedLogs {
    private final SimulatedCluster cluster;
    private final Map<Long, SequentialModel> models = new HashMap<>();
    /** Frames that some model has seen, for an epoch that is founded on them; logs are compacted. */
    private final Map<FrameRef, LogEntry> seen = new HashMap<>();

    CommittedLogs(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    void clear() {
        models.clear();
        seen.clear();
    }

    /** @return the model of an epoch, which has come as far as it can */
    SequentialModel of(long epoch) {
        SequentialModel model = models.computeIfAbsent(epoch, key -> new SequentialModel());
        History history = cluster.oracle.history(epoch);
        FrameRef next = history.holding(model.lastIndex() + 1);
        while (next != null) {
            LogEntry entry = find(next);
            if (entry == null || entry.firstIndex() != model.lastIndex() + 1) {
                return model; // compacted, and never seen to be committed
            }
            model.apply(entry);
            next = history.holding(model.lastIndex() + 1);
        }
        return model;
    }

    private LogEntry find(FrameRef frame) {
        LogEntry known = seen.get(frame);
        if (known != null) {
            return known;
        }
        for (SimulatedNode each : cluster.nodes) {
            LogEntry entry = each.disk.files().journal().content().holding(frame.index());
            if (entry != null && !entry.isDamaged() && entry.ref().equals(frame)) {
                seen.put(frame, entry);
                return entry;
            }
        }
        return null;
    }

    /** @return whether what a node has at an index is what is committed there in its epoch */
    boolean isCommitted(SimulatedNode node, long index) {
        FrameRef frame = cluster.oracle.history(node.replica().term().epoch()).holding(index);
        FrameRef here = node.disk.holding(index);
        return frame != null && frame.equals(here);
    }
}
