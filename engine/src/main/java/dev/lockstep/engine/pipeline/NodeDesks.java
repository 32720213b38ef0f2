package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.ReadResult;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.replica.OperatorActs;
import dev.lockstep.storage.Identity;
import dev.lockstep.transport.Hello;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;

/** Where the application's threads bring what they want of the node. Any thread. */
final class NodeDesks {
    /** Who does what is asked for, and what they need to know. */
    record Parts(
            SubmitterLanes lanes,
            Ingress ingress,
            HotAgent hot,
            LocalSubmitter.Shared shared,
            Callbacks callbacks,
            ReadDesk reads,
            OperatorDesk operators,
            RebuildDesk rebuilds,
            SnapshotDesk snapshots,
            BackupDesk backups,
            MemberLinks links,
            RoleListeners roles,
            NodeView view,
            EngineSettings settings,
            NanoClock clock) {}

    private final Parts parts;

    NodeDesks(Parts parts) {
        this.parts = parts;
    }

    Callbacks callbacks() {
        return parts.callbacks();
    }

    BackupDesk backups() {
        return parts.backups();
    }

    RoleListeners roles() {
        return parts.roles();
    }

    NodeView view() {
        return parts.view();
    }

    long submitTimeoutNs() {
        return parts.settings().submitTimeoutNs();
    }

    /** @param isDirect whether it is for the thread that does the node's work */
    Submitter newSubmitter(boolean isDirect) {
        if (parts.shared().state().isClosed()) {
            throw new EngineException.Closed(
                    "a submitter is asked for, but the engine is closed",
                    parts.view().failure());
        }
        SubmitterLane lane = parts.lanes().take();
        Entrance entrance = isDirect ? parts.hot().entrance() : parts.ingress();
        LocalSubmitter submitter = new LocalSubmitter(
                lane, entrance, parts.shared(), () -> parts.lanes().giveBack(lane));
        return isDirect ? submitter.own() : submitter;
    }

    /** @return the one that the callback thread submits with */
    Submitter newSubmitterOfFutures() {
        return new LocalSubmitter(parts.lanes().ofFutures(), parts.ingress(), parts.shared(), () -> {});
    }

    <T> void read(ReadConsistency consistency, Supplier<T> query, CompletableFuture<ReadResult<T>> future) {
        long deadlineNs = parts.clock().nanoTime() + parts.settings().submitTimeoutNs();
        parts.reads().ask(new PendingRead<>(consistency, query, future, deadlineNs, parts.callbacks()));
        parts.shared().wake().run();
        completeIfClosed(future);
    }

    void ask(String what, OperatorDesk.Body body, OperatorDesk.Aim aim, CompletableFuture<Void> future) {
        parts.operators()
                .ask(
                        what,
                        body,
                        aim,
                        future,
                        parts.clock().nanoTime() + parts.settings().submitTimeoutNs());
        parts.shared().wake().run();
        completeIfClosed(future);
    }

    void rebuild(CompletableFuture<Void> future) {
        parts.rebuilds().ask(future);
        parts.shared().wake().run();
        completeIfClosed(future);
    }

    void snapshot(CompletableFuture<Position> future) {
        parts.snapshots()
                .ask(future, parts.clock().nanoTime() + parts.settings().submitTimeoutNs());
        parts.shared().wake().run();
        completeIfClosed(future);
    }

    /** What came after the hot thread's last turn is answered by nobody else. */
    private void completeIfClosed(CompletableFuture<?> future) {
        if (parts.shared().state().isClosed()) {
            future.completeExceptionally(new EngineException.Closed(
                    "the engine is closed", parts.view().failure()));
        }
    }

    /** On the hot thread. @return whether the node that is to be added has been seen, and is added */
    boolean add(OperatorActs acts, ListedMember listed) {
        Hello hello = parts.links().seek(listed);
        if (hello == null) {
            return false;
        }
        acts.add(new Member(listed.node(), new Identity(hello.identity()), listed.kind(), listed.namedAddress()));
        return true;
    }

    /**
     * On the hot thread: where this node's own applier has stopped for something else than what is applied there, skipping
     * that would take a sound command from all nodes, and mend nothing.
     *
     * @throws IllegalArgumentException if that is so at this index
     */
    void checkSkip(long index) {
        EngineException stopped = parts.view().applierFailure();
        if (stopped != null
                && !(stopped instanceof EngineException.ApplyFailed)
                && parts.view().isStoppedAt(index)) {
            throw new IllegalArgumentException(
                    "what stands there is sound, and would be taken from all nodes: this node has not"
                            + " stopped because of it. " + stopped.getMessage());
        }
    }

    /**
     * @return the number of a member, or of one that is listed
     * @throws IllegalArgumentException if nobody is called so
     */
    int numberOf(String name) {
        int node = parts.view().numberOf(name, parts.settings().members());
        if (node == 0) {
            throw new IllegalArgumentException("no member is called \"" + name + "\"; the members are "
                    + String.join(", ", parts.view().names(parts.settings().members())));
        }
        return node;
    }

    /** @return a number that no member has had, as far as is known */
    int nextNumber() {
        return parts.view().nextNumber(parts.settings().members());
    }
}
