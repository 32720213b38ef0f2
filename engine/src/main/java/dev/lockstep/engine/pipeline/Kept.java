package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.List;

/** Looks through the snapshots that are kept, of which there are two at most, without making anything. */
final class Kept {
    private Kept() {}

    /** @return the newest one; null if there is none */
    static SnapshotManifest newest(List<SnapshotManifest> kept) {
        return kept.isEmpty() ? null : kept.get(0);
    }

    /** @return the newest one that has nothing behind an index; null if there is none */
    static SnapshotManifest newestUpTo(List<SnapshotManifest> kept, long index) {
        for (int i = 0; i < kept.size(); i++) {
            if (kept.get(i).last().index() <= index) {
                return kept.get(i);
            }
        }
        return null;
    }

    /** @return the one that ends with a frame; null if there is none */
    static SnapshotManifest find(List<SnapshotManifest> kept, FrameRef last) {
        for (int i = 0; i < kept.size(); i++) {
            if (kept.get(i).last().equals(last)) {
                return kept.get(i);
            }
        }
        return null;
    }

    /** @return whether this very one is kept, and not the same fetched anew */
    @SuppressWarnings("ReferenceEquality")
    static boolean is(List<SnapshotManifest> kept, SnapshotManifest snapshot) {
        for (int i = 0; i < kept.size(); i++) {
            if (kept.get(i) == snapshot) {
                return true;
            }
        }
        return false;
    }

    /** @return whether a snapshot adds nothing to those that are kept, as far as its last frame tells */
    static boolean isNoNewer(List<SnapshotManifest> kept, FrameRef last) {
        SnapshotManifest newest = newest(kept);
        return newest != null
                && (last.index() <= newest.last().index()
                        || last.term() < newest.last().term());
    }
}
