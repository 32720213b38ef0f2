package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots that are kept, and every way in and out of that list. May be used from any thread; a change holds the
 * lock while it touches the disk.
 */
final class KeptSnapshots {
    /** One that is kept. Equal only to itself: the same frame may be damaged, set aside and fetched anew. */
    private static final class Kept {
        final SnapshotManifest manifest;

        Kept(SnapshotManifest manifest) {
            this.manifest = manifest;
        }
    }

    private final SnapshotDirectory directory;
    private final SnapshotSettings settings;
    private volatile List<Kept> kept; // newest first; replaced under the lock
    /** The same. Made when they change, for a node asks in every turn of its hot thread. */
    private volatile List<SnapshotManifest> manifests;

    KeptSnapshots(SnapshotDirectory directory, SnapshotSettings settings, List<SnapshotManifest> found) {
        this.directory = directory;
        this.settings = settings;
        keep(found.stream().map(Kept::new).toList());
    }

    private void keep(List<Kept> next) {
        kept = next;
        manifests = next.stream().map(one -> one.manifest).toList();
    }

    List<SnapshotManifest> manifests() {
        return manifests;
    }

    /**
     * @return whether the manifest is newer than the newest kept one
     * @throws StorageException.WrongCluster if it is of another cluster
     */
    boolean admits(SnapshotManifest manifest) {
        List<Kept> now = kept;
        ClusterId cluster = settings.cluster();
        if (!cluster.isPresent() && !now.isEmpty()) {
            cluster = now.get(0).manifest.cluster();
        }
        if (cluster.isPresent() && !cluster.equals(manifest.cluster())) {
            throw new StorageException.WrongCluster("this node keeps snapshots of cluster " + cluster
                    + ", but was offered a " + manifest + ": look at the member lists of both");
        }
        return now.isEmpty() || manifest.isNewerThan(now.get(0).manifest);
    }

    /** Makes a forced file the newest kept one, and removes what is then too old. */
    synchronized void publish(SnapshotManifest manifest) {
        directory.publish(manifest.last().index());
        List<Kept> next = new ArrayList<>(kept);
        next.add(0, new Kept(manifest));
        keep(List.copyOf(next));
        removeOld();
    }

    /** Oldest first, and durably one by one: a power cut never keeps an older one in a newer one's place. */
    synchronized void removeOld() {
        for (int oldest = kept.size() - 1; oldest >= SnapshotStore.KEPT; oldest--) {
            Kept old = kept.get(oldest);
            forget(old);
            directory.remove(old.manifest.last().index());
        }
    }

    private void forget(Kept gone) {
        List<Kept> next = new ArrayList<>(kept);
        next.remove(gone);
        keep(List.copyOf(next));
    }

    /** @return the file, opened; empty if that is not kept */
    synchronized Optional<SnapshotFile> open(FrameRef last) {
        for (Kept one : kept) {
            if (one.manifest.last().equals(last)) {
                return Optional.of(open(one));
            }
        }
        return Optional.empty();
    }

    private SnapshotFile open(Kept one) {
        long index = one.manifest.last().index();
        try {
            SnapshotFile file = SnapshotFile.open(directory.file(index, SnapshotDirectory.PUBLISHED), index);
            file.onDamage(damaged -> setAsideDamaged(one, damaged));
            return file;
        } catch (StorageException.Damaged damaged) {
            setAsideDamaged(one, damaged);
            throw damaged;
        }
    }

    private synchronized void setAsideDamaged(Kept one, StorageException.Damaged damaged) {
        if (kept.contains(one)) {
            forget(one);
            directory.setAside(one.manifest.last().index(), SnapshotDirectory.DAMAGED);
            settings.onDamage().accept(damaged);
        }
    }

    /** Newest first: what a crash leaves is what a branch of history may hold. */
    synchronized void orphanBeyond(long index) {
        for (Kept one : kept) {
            long last = one.manifest.last().index();
            if (last > index) {
                forget(one);
                directory.setAside(last, SnapshotDirectory.ORPHAN);
            }
        }
    }
}
