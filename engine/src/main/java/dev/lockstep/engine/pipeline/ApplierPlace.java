package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Who applies: the thread where the applier is at home, or the one in the background, which takes it over for what takes
 * long: the replay after a start, the rebuilding of the state, and saving it. One volatile field says whose turn it is, and hands all
 * that belongs to the applier over with it.
 */
final class ApplierPlace {
    /** What a turn at home may take (DESIGN 5): the time decides, but where a command takes none to speak of. */
    private static final int HOME_COMMANDS = 512;

    private static final long HOME_NS = 50_000;
    private static final int BACKGROUND_COMMANDS = 1 << 16;
    private static final long BACKGROUND_NS = 5_000_000;
    /** As near to the end as this it goes home. */
    private static final int NEAR = 512;
    /** As far from the end as this it leaves: farther than a primary lets it come (DESIGN 5). */
    private static final int FAR = 1 << 17;

    private static final int ORDERS = 64;
    /** What is applied ahead of the commit is committed soon, or for a long time not at all. */
    private static final long COMMIT_PATIENCE_NS = 100_000_000;

    private enum Place {
        HOME,
        BACKGROUND,
        CLOSED
    }

    /** What the hot thread wants done with the state. */
    private sealed interface Order {
        /** @return which log it is of, after so many cuts */
        long generation();
    }

    private record Begin(long index, long generation) implements Order {}

    private record RollBack(long index, long generation) implements Order {}

    private record Load(FrameRef snapshot, long generation) implements Order {}

    /** The state is to be built anew, for what it is may be wrong. */
    private record Rebuild(long generation) implements Order {}

    private record RebuildFrom(FrameRef snapshot, long generation) implements Order {}

    private final OneToOneConcurrentArrayQueue<Order> orders = new OneToOneConcurrentArrayQueue<>(ORDERS);
    private final Applier applier;
    private final ServedReads reads;
    private final Rebuilding rebuilding;
    private final OwnSnapshots snapshots;
    private final StateSnapshots taker;
    private final NodeState node;
    private final NanoClock clock;
    private final Runnable wakeBackground;
    /** The hot thread's: the order that it gave last. */
    private Order lastOrder;

    private volatile Place place = Place.BACKGROUND;
    private volatile boolean isRebuilt;
    /** The background's: whether it knows what the state is to begin with. */
    private boolean hasBegun;

    /** Who works with the applier. */
    record Parts(
            Applier applier,
            ServedReads reads,
            Rebuilding rebuilding,
            OwnSnapshots snapshots,
            StateSnapshots taker,
            NodeState node,
            NanoClock clock,
            Runnable wakeBackground) {}

    ApplierPlace(Parts parts) {
        this.applier = parts.applier();
        this.reads = parts.reads();
        this.rebuilding = parts.rebuilding();
        this.snapshots = parts.snapshots();
        this.taker = parts.taker();
        this.node = parts.node();
        this.clock = parts.clock();
        this.wakeBackground = parts.wakeBackground();
    }

    // ---- the hot thread

    /** The node has started, and its log is known to be committed up to an index. */
    void begin(long index) {
        order(new Begin(index, applier.logGeneration()));
    }

    /** What the state has beyond an index must go. */
    void rollBack(long index) {
        order(new RollBack(index, applier.logGeneration()));
    }

    /** The state is to be that of a snapshot. */
    void load(FrameRef snapshot) {
        order(new Load(snapshot, applier.logGeneration()));
    }

    /** What the state is may be wrong: it is to be built anew. */
    void rebuild() {
        isRebuilt = false;
        order(new Rebuild(applier.logGeneration()));
    }

    /** So may all be that is kept here, but for one snapshot. */
    void rebuildFrom(FrameRef snapshot) {
        isRebuilt = false;
        order(new RebuildFrom(snapshot, applier.logGeneration()));
    }

    /** @return up to where the newest snapshot goes that is kept here; zero if there is none */
    long newestSnapshotIndex() {
        return rebuilding.newestIndex();
    }

    /** @return whether the state could be built from what is kept here, and would be right as far as is known */
    boolean isSoundSnapshotKept() {
        return rebuilding.isOneSound(applier);
    }

    /** @return whether that has been done, and all was applied since that could be */
    boolean isRebuilt() {
        return isRebuilt && (isNearEnd() || applier.failure() != null);
    }

    /** @return whether all but the last of what may be applied is */
    boolean isNearEnd() {
        return left() <= NEAR;
    }

    /** @return whether all was done that was to be done with the state */
    boolean isSettled() {
        return orders.isEmpty();
    }

    private void order(Order order) {
        boolean isToBeDone = !orders.isEmpty() && order.equals(lastOrder); // what is tried again is told again
        if (!isToBeDone && !orders.offer(order)) {
            throw new IllegalStateException(
                    "the applier does not come to do what it is told: " + ORDERS + " orders wait");
        }
        lastOrder = order;
        wakeBackground.run();
    }

    // ---- the thread where it is at home

    int workAtHome(long nowNs) {
        if (place != Place.HOME) {
            return 0;
        }
        boolean isNeeded = !orders.isEmpty() || snapshots.ordered() != null;
        if (isNeeded || applier.isOutdated() || applier.isStranded() || left() > FAR) {
            leaveFor(Place.BACKGROUND);
            return 1;
        }
        int work = applier.work(HOME_COMMANDS, nowNs + HOME_NS);
        return work + serveReads(nowNs);
    }

    /** @return how much may be applied now */
    long left() {
        return node.applicable() - applier.appliedIndex();
    }

    /** What was committed is of the history that was applied, unless an order says otherwise, which was given before. */
    private int serveReads(long nowNs) {
        long committed = node.committed();
        if (!orders.isEmpty()) {
            return 0;
        }
        applier.letFollow(committed);
        if (applier.isBetween()) {
            return 0; // the state is that of no index
        }
        return reads.serve(nowNs, committed);
    }

    // ---- the background

    int workInBackground() {
        if (place != Place.BACKGROUND) {
            return 0;
        }
        int work = 0;
        for (Order order = orders.poll(); order != null; order = orders.poll()) {
            obey(order);
            work++;
        }
        if (!hasBegun) {
            return work;
        }
        if (applier.isOutdated()) {
            rebuilding.rebuild(applier, applier.obeySkips());
            work++;
        }
        if (applier.isStranded()) {
            rebuilding.begin(applier, node.applicable()); // once one is known to be of use
        }
        if (snapshots.ordered() != null) {
            return work + takeSnapshot(snapshots.ordered());
        }
        long nowNs = clock.nanoTime();
        work += applier.work(BACKGROUND_COMMANDS, nowNs + BACKGROUND_NS);
        work += serveReads(nowNs);
        if (left() <= NEAR && orders.isEmpty() && !applier.isStranded()) {
            leaveFor(Place.HOME);
        }
        return work;
    }

    /** Nothing is applied until that is over: what is saved is the state at one index. */
    private int takeSnapshot(SnapshotOrder order) {
        boolean isAtFrameEnd = applier.isOf(order.logGeneration()) && applier.finishFrame();
        if (applier.failure() != null) {
            snapshots.onStopped(applier.failure());
            return 1;
        }
        SnapshotManifest manifest = isAtFrameEnd ? applier.state().manifest() : null;
        if (manifest == null || order.isCalledOff()) {
            snapshots.onGivenUp(
                    isAtFrameEnd && manifest == null
                            ? "nothing was applied here yet"
                            : "the log was cut here, or the node had something more urgent to do");
            return 1;
        }
        if (manifest.last().index() > node.committed()) {
            return awaitCommit(order);
        }
        if (applier.isOutdated()) { // what is skipped was decided before that commit was told
            snapshots.onGivenUp("a command is skipped that the state has");
            return 1;
        }
        return takeSnapshot(order, manifest);
    }

    /** It may have to be taken back. Whoever goes on alone goes on: it does not wait for long. */
    private int awaitCommit(SnapshotOrder order) {
        if (order.heldUpNs(clock.nanoTime()) < COMMIT_PATIENCE_NS) {
            return 0;
        }
        snapshots.onGivenUp("what was applied here was not committed");
        return 1;
    }

    private int takeSnapshot(SnapshotOrder order, SnapshotManifest manifest) {
        long beganNs = clock.nanoTime();
        try {
            StateSnapshots.Taking result =
                    taker.take(manifest, order, applier.state().parts());
            snapshots.onTaken(result, manifest, clock.nanoTime() - beganNs);
        } catch (EngineException | StorageException e) {
            snapshots.onFailed(e);
        }
        return 1;
    }

    /** The last thing that this thread does with the applier. */
    private void leaveFor(Place next) {
        applier.leave();
        place = next;
        if (next == Place.BACKGROUND) {
            wakeBackground.run();
        }
    }

    private void obey(Order order) {
        applier.follow(order.generation());
        if (order instanceof Begin begin) {
            hasBegun = true;
            rebuilding.begin(applier, begin.index());
        } else if (order instanceof RollBack rollBack) {
            reads.onRolledBack(rollBack.index());
            applier.onRolledBack(rollBack.index());
            if (applier.begun() > rollBack.index()) {
                rebuilding.rebuild(applier, rollBack.index());
            } else {
                applier.standAt(applier.appliedIndex()); // what the reader stands in may be gone
            }
        } else if (order instanceof Load load) {
            rebuilding.load(applier, load.snapshot());
        } else if (order instanceof Rebuild) {
            applier.adoptSkips();
            rebuilding.rebuild(applier, Math.max(applier.appliedIndex(), node.committed()));
            isRebuilt = true;
        } else if (order instanceof RebuildFrom from) {
            applier.adoptSkips();
            rebuilding.rebuildFrom(applier, from.snapshot());
            isRebuilt = true;
        }
        reads.lookAgain();
    }

    /** The thread where it is at home ends. */
    void endAtHome() {
        if (place == Place.HOME) {
            leaveFor(Place.CLOSED);
        }
    }

    /** The background ends. */
    void endInBackground() {
        if (place == Place.BACKGROUND) {
            leaveFor(Place.CLOSED);
        }
    }

    /** Both threads have ended. */
    void close(Throwable failure) {
        place = Place.CLOSED;
        reads.close(failure);
    }
}
