package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
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

    private static final long UNSEEN = -1;
    /** From here on a primary waits for nobody. */
    private static final int NEARLY_FULL_PERCENT = 80;

    /** Who has just taken over does not stand still at once. */
    private static final long AFTER_ELECTION_NS = TimeUnit.SECONDS.toNanos(2);

    /** Where it was given up: whatever stood in the way may be gone then, and the applier was parked for nothing. */
    private static final long ASK_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

    private final SnapshotRule rule;
    private final JournalRoom room;
    private final SnapshotStore store;
    private final SnapshotTurn turn;
    private final Applier applier;
    private final NodeState node;
    private final NanoClock clock;
    private final Consumer<Throwable> onFailure;
    private volatile SnapshotOrder order;
    private volatile long notBeforeNs;
    /** The hot thread's, as the rest: when it had something more urgent to do. */
    private long gaveWayNs;
    /** The newest that is kept, and how much of the log was applied when it was first seen here. */
    private long newestIndex = UNSEEN;

    private long newestBytes;

    OwnSnapshots(
            SnapshotRule rule,
            JournalRoom room,
            SnapshotStore store,
            SnapshotTurn turn,
            Applier applier,
            NodeState node,
            NanoClock clock,
            Consumer<Throwable> onFailure) {
        this.rule = rule;
        this.room = room;
        this.store = store;
        this.turn = turn;
        this.applier = applier;
        this.node = node;
        this.clock = clock;
        this.onFailure = onFailure;
        this.notBeforeNs = clock.nanoTime();
        this.gaveWayNs = notBeforeNs - AFTER_ELECTION_NS;
    }

    // ---- the hot thread

    @Override
    public SnapshotNeed need() {
        if (order != null) {
            return SnapshotNeed.TAKING;
        }
        if (applier.wish().isPrimaryRight()) {
            return SnapshotNeed.REBUILDING;
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
            newestBytes = newestIndex == UNSEEN ? 0 : applier.appliedBytes(); // all since the start came behind it
            newestIndex = index;
        }
        long behind = applier.appliedIndex() - index;
        boolean isBehind = behind >= rule.commands()
                || applier.appliedBytes() - newestBytes >= rule.bytes()
                || (behind > 0 && rule.isEver() && isPressed());
        return isBehind && !node.isClosing() && clock.nanoTime() - notBeforeNs >= 0;
    }

    /** The log is cut behind the older of two: the first should not wait, nor any where nothing more comes until it is cut. */
    private boolean isPressed() {
        return room.isMet() || (room.isScarce() && store.kept().size() < SnapshotStore.KEPT);
    }

    @Override
    public void take() {
        if (need() == SnapshotNeed.WANTED) {
            demand();
        }
    }

    /**
     * One that is due is taken though it is not this node's turn, where waiting for it would fill the journal: a standby that
     * is behind has no turn, and a primary whose standbys are is brought none. A primary that could be brought one waits for
     * that until there is little room left: or it would stand still together with whoever takes it.
     *
     * @param standbys what this node knows of the others, if it is the primary
     */
    void takeIfTight(StandbyTable standbys) {
        boolean isToBeBroughtOne = standbys.isOneLive() && !room.isBeyond(NEARLY_FULL_PERCENT);
        if (room.isMet() || (room.isTight() && !hasJustTakenOver() && !isToBeBroughtOne)) {
            take();
        }
    }

    private boolean hasJustTakenOver() {
        return clock.nanoTime() - gaveWayNs < AFTER_ELECTION_NS;
    }

    /**
     * Somebody wants one, whatever the rule says.
     *
     * @return the one that is under way then, which may have been before
     */
    SnapshotOrder demand() {
        SnapshotOrder current = order;
        if (current == null) {
            current = new SnapshotOrder(turn.branch(), applier.logGeneration(), node::isClosing);
            order = current;
        }
        return current;
    }

    /** This node has something more urgent to do than to save its state: what is under way is given up, and stays due. */
    void giveWay() {
        gaveWayNs = clock.nanoTime();
        SnapshotOrder current = order;
        if (current != null) {
            current.callOff();
        }
    }

    // ---- the applier's thread

    /** @return what is wanted; null if nothing is */
    SnapshotOrder ordered() {
        return order;
    }

    void onTaken(StateSnapshots.Taking result, SnapshotManifest manifest, long tookNs) {
        switch (result) {
            case PUBLISHED -> {
                FlightEvents.snapshot(manifest.last().index(), tookNs);
                end(SnapshotOrder.Outcome.KEPT);
            }
            case STALE -> end(SnapshotOrder.Outcome.KEPT);
            case BUSY ->
                end(SnapshotOrder.Outcome.ofObstacle(
                        "another snapshot was being written here, or came from another node"));
            case LEFT -> end(SnapshotOrder.Outcome.GAVE_WAY);
        }
    }

    /** It cannot be taken now; if it is still due it is wanted again. */
    void onGivenUp(String obstacle) {
        notBeforeNs = clock.nanoTime() + ASK_AGAIN_NS;
        end(SnapshotOrder.Outcome.ofObstacle(obstacle));
    }

    /** Nothing is applied any more, which is told elsewhere. */
    void onStopped(EngineException why) {
        notBeforeNs = clock.nanoTime() + ASK_AGAIN_NS;
        end(SnapshotOrder.Outcome.ofFailure(why));
    }

    /** What was kept before is intact. */
    void onFailed(Throwable why) {
        notBeforeNs = clock.nanoTime() + RETRY_NS;
        end(SnapshotOrder.Outcome.ofFailure(why));
        onFailure.accept(why);
    }

    private void end(SnapshotOrder.Outcome outcome) {
        SnapshotOrder ended = order;
        order = null;
        ended.end(outcome);
    }
}
