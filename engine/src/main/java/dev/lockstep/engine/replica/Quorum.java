package dev.lockstep.engine.replica;

import java.util.ArrayList;
import java.util.List;

/**
 * What enough nodes hold: which frames of this reign, and with them all before, are committed. Each configuration counts
 * for the frames from its own on, up to the next one's. Owned by the primary's thread.
 */
final class Quorum {
    /** Who counts for the frames from an index on. */
    private static final class Electorate {
        private final long fromIndex;
        private final int[] dataNodes;
        private final int majority;
        private final boolean hasWitness;
        private final boolean isFlushed;

        private Electorate(long fromIndex, Config config, boolean isFlushed) {
            this.fromIndex = fromIndex;
            this.dataNodes = config.dataNodes().stream().mapToInt(Member::node).toArray();
            this.majority = config.majority();
            this.hasWitness = config.hasWitness();
            this.isFlushed = isFlushed;
        }
    }

    private final Core core;
    private final CommitTracker appended = new CommitTracker();
    private final CommitTracker flushed = new CommitTracker();
    private List<Electorate> electorates = List.of();
    /** Whether the witness elects nobody but this node: then this copy, on the device, is enough. */
    private boolean isAlone;

    Quorum(Core core) {
        this.core = core;
    }

    /** Other configurations are in force, or committed. */
    void onConfigs() {
        List<Electorate> next = new ArrayList<>();
        for (PlacedConfig each : core.configs.all()) {
            next.add(new Electorate(
                    next.isEmpty() ? 0 : each.index(), each.config(), core.countsFlushedOnly(each.config())));
        }
        electorates = next;
    }

    void alone(boolean isTheOnlyCopy) {
        isAlone = isTheOnlyCopy;
    }

    /** @return whether what is committed now is on no other node */
    boolean isOneCopy() {
        return isAlone;
    }

    /** @return whether somebody holds more than was known */
    boolean onMatched(int node, long index, long flushedIndex) {
        boolean isAppended = appended.onMatched(node, index);
        boolean isFlushed = flushed.onMatched(node, flushedIndex);
        return isAppended || isFlushed;
    }

    void forget(int node) {
        appended.forget(node);
        flushed.forget(node);
    }

    long matched(int node) {
        return appended.matched(node);
    }

    /** @return the last index that enough nodes hold */
    long held() {
        return held(false);
    }

    /** @return the last index that enough nodes hold on their devices */
    long heldFlushed() {
        return held(true);
    }

    private long held(boolean onDevices) {
        long best = 0;
        for (int i = 0; i < electorates.size(); i++) {
            Electorate electorate = electorates.get(i);
            long next = i + 1 < electorates.size() ? electorates.get(i + 1).fromIndex : Long.MAX_VALUE;
            long held = heldBy(electorate, onDevices);
            if (held >= electorate.fromIndex) {
                best = Math.max(best, Math.min(held, next - 1));
            }
        }
        return best;
    }

    private long heldBy(Electorate electorate, boolean onDevices) {
        if (electorate.hasWitness && isAlone) {
            return flushed.matched(core.self());
        }
        if (electorate.hasWitness && electorate.dataNodes.length == 1) {
            return 0; // the witness might still elect the one that was removed
        }
        CommitTracker tracker = onDevices || electorate.isFlushed ? flushed : appended;
        return tracker.heldBy(electorate.dataNodes, copies(electorate));
    }

    private static int copies(Electorate electorate) {
        return electorate.hasWitness ? electorate.dataNodes.length : electorate.majority;
    }
}
