package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.FrameRef;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Who applies: the thread where the applier is at home, or the one in the background, which takes it over for what takes
 * long: the replay after a start, and the rebuilding of the state. One volatile field says whose turn it is, and hands all
 * that belongs to the applier over with it.
 */
final class ApplierPlace {
    /** What a turn at home may take (DESIGN 5). */
    private static final int HOME_COMMANDS = 32;

    private static final long HOME_NS = 50_000;
    private static final int BACKGROUND_COMMANDS = 1 << 16;
    private static final long BACKGROUND_NS = 5_000_000;
    /** As near to the end as this it goes home. */
    private static final int NEAR = 512;

    private static final int ORDERS = 64;

    private enum Place {
        HOME,
        BACKGROUND,
        CLOSED
    }

    /** What the hot thread wants done with the state. */
    private sealed interface Order {}

    private record Begin() implements Order {}

    private record RollBack(long index) implements Order {}

    private record Load(FrameRef snapshot) implements Order {}

    private final OneToOneConcurrentArrayQueue<Order> orders = new OneToOneConcurrentArrayQueue<>(ORDERS);
    private final Applier applier;
    private final ServedReads reads;
    private final Rebuilding rebuilding;
    private final NodeState node;
    private final NanoClock clock;
    private volatile Place place = Place.BACKGROUND;

    ApplierPlace(Applier applier, ServedReads reads, Rebuilding rebuilding, NodeState node, NanoClock clock) {
        this.applier = applier;
        this.reads = reads;
        this.rebuilding = rebuilding;
        this.node = node;
        this.clock = clock;
    }

    // ---- the hot thread

    /** The replica has taken up what there is: the state is to be that of the newest snapshot that is of use. */
    void begin() {
        order(new Begin());
    }

    /** What the state has beyond an index must go. */
    void rollBack(long index) {
        order(new RollBack(index));
    }

    /** The state is to be that of a snapshot. */
    void load(FrameRef snapshot) {
        order(new Load(snapshot));
    }

    /** @return whether all was done that was to be done with the state */
    boolean isSettled() {
        return orders.isEmpty();
    }

    private void order(Order order) {
        if (!orders.offer(order)) {
            throw new IllegalStateException(
                    "the applier does not come to do what it is told: " + ORDERS + " orders wait");
        }
    }

    // ---- the thread where it is at home

    int workAtHome() {
        if (place != Place.HOME) {
            return 0;
        }
        long committed =
                node.committed(); // before the orders: whatever was cut before that was committed is among them
        if (!orders.isEmpty() || applier.isStranded()) {
            leaveFor(Place.BACKGROUND);
            return 1;
        }
        int work = applier.work(committed, HOME_COMMANDS, HOME_NS);
        return work + reads.serve(clock.nanoTime(), committed);
    }

    // ---- the background

    int workInBackground() {
        if (place != Place.BACKGROUND) {
            return 0;
        }
        long committed = node.committed();
        int work = 0;
        for (Order order = orders.poll(); order != null; order = orders.poll()) {
            obey(order);
            work++;
        }
        if (applier.isStranded()) {
            rebuilding.begin(applier, node.applicable()); // once it is known to be of use
        }
        work += applier.work(committed, BACKGROUND_COMMANDS, BACKGROUND_NS);
        work += reads.serve(clock.nanoTime(), committed);
        if (node.applicable() - applier.appliedIndex() <= NEAR && orders.isEmpty() && !applier.isStranded()) {
            leaveFor(Place.HOME);
        }
        return work;
    }

    /** The last thing that this thread does with the applier. */
    private void leaveFor(Place next) {
        applier.leave();
        place = next;
    }

    private void obey(Order order) {
        if (order instanceof Begin) {
            rebuilding.begin(applier, node.applicable());
        } else if (order instanceof RollBack rollBack) {
            // Where the state machine has thrown it may have done half of the command that comes next.
            long begun = applier.appliedIndex() + (applier.failure() == null ? 0 : 1);
            if (begun > rollBack.index()) {
                rebuilding.rebuild(applier, rollBack.index());
            } else {
                applier.standAt(applier.appliedIndex()); // what the reader stands in may be gone
            }
        } else if (order instanceof Load load) {
            rebuilding.load(applier, load.snapshot());
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
