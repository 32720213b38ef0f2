package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.observe.FlightEvents;
import dev.lockstep.engine.replica.SnapshotNeed;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;

/**
 * The snapshots that this node takes itself: whether one is due, and what was asked for. Asked by the hot thread; answered
 * by whoever applies in the background, which parks meanwhile and takes it.
 */
final class OwnSnapshots implements NodeSnapshots.Taker {
    /** Where one could not be taken it is not tried again at once: the state machine, or the disk, wants mending. */
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(30);

    /** Where it was given up: whatever stood in the way may be gone then, and the applier was parked for nothing. */
    private static final long ASK_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

    /**
     * What is wanted.
     *
     * @param branch what {@link SnapshotTurn#branch} said then: it may be of no other one
     * @param logGeneration nor of a log that was cut since
     */
    record Request(long branch, long logGeneration) {}

    private final Snapshot rule;
    private final SnapshotStore store;
    private final SnapshotTurn turn;
    private final Applier applier;
    private final NanoClock clock;
    private final Consumer<Throwable> onFailure;
    private volatile Request request;
    private volatile long notBeforeNs;
    /** The hot thread's: the newest that is kept, and how much of the log was applied when it was first seen here. */
    private long newestIndex;

    private long newestBytes;

    OwnSnapshots(
            Snapshot rule,
            SnapshotStore store,
            SnapshotTurn turn,
            Applier applier,
            NanoClock clock,
            Consumer<Throwable> onFailure) {
        this.rule = rule;
        this.store = store;
        this.turn = turn;
        this.applier = applier;
        this.clock = clock;
        this.onFailure = onFailure;
        this.notBeforeNs = clock.nanoTime();
    }

    // ---- the hot thread

    @Override
    public SnapshotNeed need() {
        if (request != null) {
            return SnapshotNeed.TAKING;
        }
        if (applier.failure() != null) {
            return SnapshotNeed.UNABLE;
        }
        return isDue() ? SnapshotNeed.WANTED : SnapshotNeed.NONE;
    }

    private boolean isDue() {
        SnapshotManifest newest = Kept.newest(store.kept());
        long index = newest == null ? 0 : newest.last().index();
        if (index != newestIndex) {
            newestIndex = index;
            newestBytes = applier.appliedBytes();
        }
        boolean isBehind = applier.appliedIndex() - index >= rule.commands()
                || applier.appliedBytes() - newestBytes >= rule.bytes();
        return isBehind && clock.nanoTime() - notBeforeNs >= 0;
    }

    @Override
    public void take() {
        if (need() == SnapshotNeed.WANTED) {
            request = new Request(turn.branch(), applier.logGeneration());
        }
    }

    // ---- the applier's thread

    /** @return what is wanted; null if nothing is */
    Request requested() {
        return request;
    }

    void onTaken(StateSnapshots.Taking result, SnapshotManifest manifest, long tookNs) {
        request = null;
        if (result == StateSnapshots.Taking.PUBLISHED) {
            FlightEvents.snapshot(manifest.last().index(), tookNs);
        }
    }

    /** It cannot be taken now; if it is still due it is wanted again. */
    void onGivenUp() {
        notBeforeNs = clock.nanoTime() + ASK_AGAIN_NS;
        request = null;
    }

    /** What was kept before is intact. */
    void onFailed(Throwable why) {
        notBeforeNs = clock.nanoTime() + RETRY_NS;
        request = null;
        onFailure.accept(why);
    }
}
