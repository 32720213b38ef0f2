package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.CheckpointVotes;
import dev.lockstep.storage.FrameRef;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/**
 * Has the node's state built anew where somebody asks for it: from the newest snapshot that the primary keeps, if that is
 * newer than the node's own, and from the log. Asked by any thread; all else belongs to the hot one.
 */
final class RebuildDesk {
    /** How long the primary may take to tell which snapshot it keeps, or, if that comes no more, another one. */
    private static final int PATIENCE_HEARTBEATS = 8;
    /** How long one may take to come that is known to be right, where all that is kept here is not; or a primary. */
    private static final int LONG_PATIENCE_HEARTBEATS = 150;

    private static final long LEAST_LONG_PATIENCE_NS = 4_500_000_000L;

    /** What it needs to know of the node, on the hot thread. */
    interface Node {
        Role role();

        /** @return whether there are other nodes that keep the log */
        boolean isOneOfSeveral();

        boolean isPrimaryKnown();

        /** @return whether a snapshot comes from another node */
        boolean isFetchingSnapshot();

        /** @return the one that has come last; null if it has not come after all, or another one is to come */
        FrameRef fetchedSnapshot();
    }

    /** One that is asked for. */
    private static final class Rebuild {
        private final CompletableFuture<Void> future;
        /** Since when nothing was on its way. */
        private long quietNs;
        /** Since when the primary can have told which one it keeps. */
        private long askedNs;

        private long newestIndex;
        private boolean isFetching;
        /** What has come since; null if nothing has. */
        private FrameRef fetched;

        private boolean isOrdered;

        private Rebuild(CompletableFuture<Void> future) {
            this.future = future;
        }
    }

    private final ManyToOneConcurrentLinkedQueue<Rebuild> asked = new ManyToOneConcurrentLinkedQueue<>();
    private final ApplierPlace place;
    private final Applier applier;
    private final Executor callbacks;
    private final long heartbeatNs;
    private Node node;
    private Rebuild underWay;

    RebuildDesk(ApplierPlace place, Applier applier, Executor callbacks, long heartbeatNs) {
        this.place = place;
        this.applier = applier;
        this.callbacks = callbacks;
        this.heartbeatNs = heartbeatNs;
    }

    void serve(Node newNode) {
        node = newNode;
    }

    /** Any thread. */
    void ask(CompletableFuture<Void> future) {
        asked.offer(new Rebuild(future));
    }

    void onTick(long nowNs) {
        if (underWay == null) {
            begin(asked.poll(), nowNs);
        } else if (!underWay.isOrdered) {
            await(nowNs);
        } else if (place.isRebuilt()) {
            end();
        }
    }

    private void begin(Rebuild next, long nowNs) {
        if (next == null) {
            return;
        }
        if (mustServe()) {
            refuse(next);
            return;
        }
        underWay = next;
        underWay.quietNs = nowNs;
        underWay.askedNs = nowNs;
        underWay.newestIndex = place.newestSnapshotIndex();
        applier.wish().begin(!(applier.failure() instanceof EngineException.Drifted)); // or most have said who is right
    }

    private boolean mustServe() {
        return node.role() == Role.PRIMARY && node.isOneOfSeveral();
    }

    private void refuse(Rebuild rebuild) {
        fail(
                rebuild,
                new EngineException.ActRefused("rebuilding the state: this node is the primary, and would serve nobody"
                        + " meanwhile; have another node take over first"));
    }

    private void await(long nowNs) {
        if (mustServe()) {
            refuse(letGo());
        } else if (node.isFetchingSnapshot()) {
            underWay.isFetching = true;
            underWay.quietNs = nowNs;
            underWay.askedNs = nowNs;
        } else {
            noteFetched();
            boolean isPrimaryAwaited = !node.isPrimaryKnown() && nowNs - underWay.quietNs < longPatienceNs();
            underWay.askedNs = isPrimaryAwaited ? nowNs : underWay.askedNs;
            if (nowNs - underWay.askedNs >= patienceNs() && isDisputeKnown()) {
                order();
            }
        }
    }

    private void noteFetched() {
        if (underWay.isFetching) {
            underWay.isFetching = false;
            FrameRef come = node.fetchedSnapshot();
            underWay.fetched = come == null ? underWay.fetched : come;
        }
    }

    /** What is not applied yet may say that states are disputed. */
    private boolean isDisputeKnown() {
        return applier.failure() != null || place.isNearEnd();
    }

    private void order() {
        CheckpointVotes dispute = applier.dispute();
        boolean isPrimarys = dispute != null && applier.wish().isPrimaryRight() && node.isOneOfSeveral();
        if (isPrimarys && underWay.fetched == null) {
            fail(
                    letGo(),
                    new EngineException.ActRefused("rebuilding the state: nodes could not agree on it, " + dispute
                            + ", and no snapshot came from the primary that is newer than this node's own, which may be"
                            + " wrong; take one there, Engine.snapshot(), and ask again"));
            return;
        }
        underWay.isOrdered = true;
        applier.wish().onOrdered();
        if (isPrimarys) {
            place.rebuildFrom(underWay.fetched);
        } else {
            place.rebuild();
        }
    }

    private Rebuild letGo() {
        Rebuild ended = underWay;
        underWay = null;
        applier.wish().end();
        return ended;
    }

    private long patienceNs() {
        boolean isToCome = node.isOneOfSeveral()
                && place.newestSnapshotIndex() == underWay.newestIndex
                && !place.isSoundSnapshotKept();
        return isToCome ? longPatienceNs() : PATIENCE_HEARTBEATS * heartbeatNs;
    }

    private long longPatienceNs() {
        return Math.max(LONG_PATIENCE_HEARTBEATS * heartbeatNs, LEAST_LONG_PATIENCE_NS);
    }

    private void end() {
        EngineException failure = applier.failure();
        if (isAwaiting(failure) && node.isOneOfSeveral()) {
            return; // a snapshot is on its way, or will be
        }
        Rebuild done = letGo();
        if (failure == null) {
            callbacks.execute(() -> done.future.complete(null));
        } else {
            fail(done, failure);
        }
    }

    /** One that came, and that it cannot load, was what there is: whoever asked may be able to help. */
    private boolean isAwaiting(EngineException failure) {
        boolean isAllThatIsWrong = failure == null || failure instanceof ApplierFailures.Stranded;
        return applier.isStranded() && isAllThatIsWrong;
    }

    private void fail(Rebuild rebuild, EngineException why) {
        callbacks.execute(() -> rebuild.future.completeExceptionally(why));
    }

    void close(Throwable failure) {
        EngineException closed =
                new EngineException.Closed("the engine was closed before the state was rebuilt", failure);
        if (underWay != null) {
            fail(underWay, closed);
        }
        for (Rebuild each = asked.poll(); each != null; each = asked.poll()) {
            fail(each, closed);
        }
    }
}
