package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.util.ArrayList;
import java.util.List;

/** The snapshots on a simulated disk: each is complete and durable. */
final class SnapshotShelf {
    /** One of them; nobody changes it. */
    static final class Kept {
        private final SnapshotManifest manifest;
        private final byte[] state;

        Kept(SnapshotManifest manifest, byte[] state) {
            this.manifest = manifest;
            this.state = state;
        }

        SnapshotManifest manifest() {
            return manifest;
        }

        byte[] state() {
            return state;
        }
    }

    private final List<Kept> kept = new ArrayList<>(); // newest first
    private final List<Kept> orphans = new ArrayList<>();

    SnapshotShelf copy() {
        SnapshotShelf copy = new SnapshotShelf();
        copy.kept.addAll(kept);
        copy.orphans.addAll(orphans);
        return copy;
    }

    /** @return what the newest is of; null if there is none */
    SnapshotManifest newest() {
        return kept.isEmpty() ? null : kept.get(0).manifest();
    }

    List<SnapshotManifest> manifests() {
        return kept.stream().map(Kept::manifest).toList();
    }

    /** @return the one that ends with a frame; null if it is not kept */
    Kept find(FrameRef last) {
        for (Kept one : kept) {
            if (one.manifest().last().equals(last)) {
                return one;
            }
        }
        return null;
    }

    /** @return whether the log may begin behind that frame */
    boolean reaches(FrameRef base) {
        for (Kept one : kept) {
            FrameRef last = one.manifest().last();
            if (last.equals(base) || last.index() > base.index()) {
                return true;
            }
        }
        return false;
    }

    /** @return false if it is stale, and of no use */
    boolean publish(SnapshotManifest manifest, byte[] state) {
        if (!admits(manifest)) {
            return false;
        }
        kept.add(0, new Kept(manifest, state.clone()));
        if (kept.size() > SnapshotStore.KEPT) {
            kept.remove(kept.size() - 1);
        }
        return true;
    }

    boolean admits(SnapshotManifest manifest) {
        SnapshotManifest newest = newest();
        return newest == null || (manifest.cluster().equals(newest.cluster()) && manifest.isNewerThan(newest));
    }

    void orphanBeyond(long index) {
        for (Kept one : List.copyOf(kept)) {
            if (one.manifest().last().index() > index) {
                kept.remove(one);
                orphans.add(one);
            }
        }
    }
}
