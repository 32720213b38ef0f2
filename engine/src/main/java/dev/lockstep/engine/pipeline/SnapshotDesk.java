package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Position;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/**
 * Has snapshots taken on demand. Those that are asked for while one is being taken share the next one. Asked by any thread;
 * all else belongs to the hot one.
 */
final class SnapshotDesk {
    /** Where something stands in the way: to try it, the applier leaves its thread and comes back. */
    private static final long RETRY_NS = 50_000_000;
    /** Who has just been elected has to come to the end of its log first. */
    private static final long REST_NS = 1_000_000_000;

    private record Asked(CompletableFuture<Position> future, long deadlineNs) {}

    /** @param index what was applied when it was first seen: it must include that */
    private record Wanted(CompletableFuture<Position> future, long deadlineNs, long index) {}

    private final ManyToOneConcurrentLinkedQueue<Asked> asked = new ManyToOneConcurrentLinkedQueue<>();
    private final ArrayDeque<Wanted> wanted = new ArrayDeque<>();
    private final OwnSnapshots snapshots;
    private final SnapshotStore store;
    private final BooleanSupplier isReceiving;
    private final StandbyTable standbys;
    private final Applier applier;
    private final Executor callbacks;
    private SnapshotOrder underWay;
    private String obstacle = "the node had not begun to apply";
    private long notBeforeNs;

    /** @param isReceiving whether a snapshot comes from another node, which leaves no room for another */
    SnapshotDesk(
            OwnSnapshots snapshots,
            SnapshotStore store,
            BooleanSupplier isReceiving,
            StandbyTable standbys,
            Applier applier,
            Executor callbacks) {
        this.snapshots = snapshots;
        this.store = store;
        this.isReceiving = isReceiving;
        this.standbys = standbys;
        this.applier = applier;
        this.callbacks = callbacks;
    }

    /**
     * Any thread.
     *
     * @param deadlineNs until when it must have begun
     */
    void ask(CompletableFuture<Position> future, long deadlineNs) {
        asked.offer(new Asked(future, deadlineNs));
    }

    void onTick(long nowNs) {
        if (!isReceiving.getAsBoolean()) {
            snapshots.takeIfTight(standbys);
        }
        if (wanted.isEmpty()) {
            if (asked.isEmpty()) {
                return;
            }
            notBeforeNs = nowNs;
        }
        for (Asked each = asked.poll(); each != null; each = asked.poll()) {
            wanted.add(new Wanted(each.future, each.deadlineNs, applier.appliedIndex()));
        }
        if (underWay != null) {
            look(nowNs);
        }
        completeKept();
        if (underWay == null) {
            expire(nowNs);
            begin(nowNs);
        }
    }

    private void look(long nowNs) {
        SnapshotOrder.Outcome outcome = underWay.outcome();
        if (outcome == null) {
            return;
        }
        underWay = null;
        if (outcome.failure() != null) {
            EngineException failed = new EngineException.SnapshotFailed(
                    "no snapshot could be taken: " + outcome.failure().getMessage(), outcome.failure());
            failIf(each -> true, failed);
        } else if (outcome.obstacle() != null) {
            obstacle = outcome.obstacle();
            notBeforeNs = nowNs + (isElected(outcome) ? REST_NS : RETRY_NS);
        }
    }

    @SuppressWarnings("ReferenceEquality") // one object says so
    private static boolean isElected(SnapshotOrder.Outcome outcome) {
        return outcome == SnapshotOrder.Outcome.GAVE_WAY;
    }

    private void completeKept() {
        SnapshotManifest newest = Kept.newest(store.kept());
        if (newest == null) {
            return;
        }
        Position position = new Position(newest.last().index(), newest.last().term(), newest.epoch());
        for (Iterator<Wanted> all = wanted.iterator(); all.hasNext(); ) {
            Wanted each = all.next();
            if (each.index <= position.index()) {
                all.remove();
                callbacks.execute(() -> each.future.complete(position));
            }
        }
    }

    /** One that is being taken has no deadline: how long that takes is up to the state machine. */
    private void expire(long nowNs) {
        boolean isOneLate = false;
        for (Wanted each : wanted) {
            isOneLate |= nowNs - each.deadlineNs >= 0;
        }
        if (isOneLate) {
            EngineException late = new EngineException.SnapshotFailed(
                    "no snapshot was taken within submitTimeout: " + obstacle + "; ask again later", null);
            failIf(each -> nowNs - each.deadlineNs >= 0, late);
        }
    }

    private void failIf(Predicate<Wanted> condition, EngineException why) {
        wanted.removeIf(each -> {
            boolean isMeant = condition.test(each);
            if (isMeant) {
                callbacks.execute(() -> each.future.completeExceptionally(why));
            }
            return isMeant;
        });
    }

    private void begin(long nowNs) {
        if (wanted.isEmpty() || nowNs - notBeforeNs < 0) {
            return;
        }
        if (isReceiving.getAsBoolean()) {
            obstacle = "another one came from another node";
        } else {
            underWay = snapshots.demand();
        }
    }

    void close(Throwable failure) {
        EngineException closed =
                new EngineException.Closed("the engine was closed before the snapshot was taken", failure);
        for (Asked each = asked.poll(); each != null; each = asked.poll()) {
            wanted.add(new Wanted(each.future, each.deadlineNs, 0));
        }
        failIf(each -> true, closed);
    }
}
