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
    private final SubmitterLanes lanes;
    private final Ingress ingress;
    private final HotAgent hot;
    private final LocalSubmitter.Shared shared;
    private final Callbacks callbacks;
    private final ReadDesk reads;
    private final OperatorDesk operators;
    private final RebuildDesk rebuilds;
    private final SnapshotDesk snapshots;
    private final BackupDesk backups;
    private final MemberLinks links;
    private final RoleListeners roles;
    private final NodeView view;
    private final EngineSettings settings;
    private final NanoClock clock;

    NodeDesks(
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
            NanoClock clock) {
        this.lanes = lanes;
        this.ingress = ingress;
        this.hot = hot;
        this.shared = shared;
        this.callbacks = callbacks;
        this.reads = reads;
        this.operators = operators;
        this.rebuilds = rebuilds;
        this.snapshots = snapshots;
        this.backups = backups;
        this.links = links;
        this.roles = roles;
        this.view = view;
        this.settings = settings;
        this.clock = clock;
    }

    Callbacks callbacks() {
        return callbacks;
    }

    BackupDesk backups() {
        return backups;
    }

    RoleListeners roles() {
        return roles;
    }

    NodeView view() {
        return view;
    }

    long submitTimeoutNs() {
        return settings.submitTimeoutNs();
    }

    /** @param isDirect whether it is for the thread that does the node's work */
    Submitter newSubmitter(boolean isDirect) {
        if (shared.state().isClosed()) {
            throw new EngineException.Closed("a submitter is asked for, but the engine is closed", view.failure());
        }
        SubmitterLane lane = lanes.take();
        Entrance entrance = isDirect ? hot.entrance() : ingress;
        LocalSubmitter submitter = new LocalSubmitter(lane, entrance, shared, () -> lanes.giveBack(lane));
        return isDirect ? submitter.own() : submitter;
    }

    /** @return the one that the callback thread submits with */
    Submitter newSubmitterOfFutures() {
        return new LocalSubmitter(lanes.ofFutures(), ingress, shared, () -> {});
    }

    <T> void read(ReadConsistency consistency, Supplier<T> query, CompletableFuture<ReadResult<T>> future) {
        long deadlineNs = clock.nanoTime() + settings.submitTimeoutNs();
        reads.ask(new PendingRead<>(consistency, query, future, deadlineNs, callbacks));
        shared.wake().run();
        completeIfClosed(future);
    }

    void ask(String what, OperatorDesk.Body body, OperatorDesk.Aim aim, CompletableFuture<Void> future) {
        operators.ask(what, body, aim, future, clock.nanoTime() + settings.submitTimeoutNs());
        shared.wake().run();
        completeIfClosed(future);
    }

    void rebuild(CompletableFuture<Void> future) {
        rebuilds.ask(future);
        shared.wake().run();
        completeIfClosed(future);
    }

    void snapshot(CompletableFuture<Position> future) {
        snapshots.ask(future, clock.nanoTime() + settings.submitTimeoutNs());
        shared.wake().run();
        completeIfClosed(future);
    }

    /** What came after the hot thread's last turn is answered by nobody else. */
    private void completeIfClosed(CompletableFuture<?> future) {
        if (shared.state().isClosed()) {
            future.completeExceptionally(new EngineException.Closed("the engine is closed", view.failure()));
        }
    }

    /** On the hot thread. @return whether the node that is to be added has been seen, and is added */
    boolean add(OperatorActs acts, ListedMember listed) {
        Hello hello = links.seek(listed);
        if (hello == null) {
            return false;
        }
        acts.add(new Member(listed.node(), new Identity(hello.identity()), listed.kind(), listed.namedAddress()));
        return true;
    }

    /**
     * @return the number of a member, or of one that is listed
     * @throws IllegalArgumentException if nobody is called so
     */
    int numberOf(String name) {
        int node = view.numberOf(name, settings.members());
        if (node == 0) {
            throw new IllegalArgumentException("no member is called \"" + name + "\"; the members are "
                    + String.join(", ", view.names(settings.members())));
        }
        return node;
    }

    /** @return a number that no member has had, as far as is known */
    int nextNumber() {
        return view.nextNumber(settings.members());
    }
}
