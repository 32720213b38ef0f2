package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.FollowListener;
import dev.lockstep.engine.Follower;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Follows the committed log. What it reads is committed, applied and of the history whose withheld commands it leaves out, by
 * what {@link Withheld} promises: it takes up how far it may go, then of which log that is, and takes a frame only if the log
 * is that one still when it was read. Owned by the thread that polls it.
 */
final class LogFollower implements Follower {
    /** What one poll may go over without telling any of it. */
    private static final int LOOKED_AT = 1 << 16;

    private static final long NO_EPOCH = -1;

    private final AppliedState state;
    private final NodeView view;
    private final FollowedLog log;
    private final FollowListener listener;
    private final Runnable onClosed;
    private final PollGate gate = new PollGate();
    private final FramePlace place = new FramePlace();
    private final LoggedCommand command = new LoggedCommand(place);
    private final WithheldCursor cursor = new WithheldCursor();
    private final AtomicLong next;
    private volatile Thread owner;
    /** The frame that is being told; null between two. */
    private Frame frame;

    private long epoch = NO_EPOCH;
    private volatile boolean isClosedByEngine;

    LogFollower(
            AppliedState state,
            NodeView view,
            FollowedLog log,
            long fromIndex,
            FollowListener listener,
            Runnable onClosed) {
        this.state = state;
        this.view = view;
        this.log = log;
        this.next = new AtomicLong(fromIndex);
        this.listener = listener;
        this.onClosed = onClosed;
    }

    @Override
    public int poll(int maxCommands) {
        checkOwner();
        if (maxCommands < 1) {
            throw new IllegalArgumentException("a poll tells one command at least: maxCommands is " + maxCommands);
        }
        if (!gate.tryEnter()) {
            throw new EngineException.Closed(
                    isClosedByEngine ? "a follower was polled, but the engine is closed" : "this follower is closed",
                    isClosedByEngine ? view.failure() : null);
        }
        try {
            return tell(maxCommands);
        } finally {
            if (gate.leave()) {
                letGo();
            }
        }
    }

    private void checkOwner() {
        Thread current = Thread.currentThread();
        if (owner == null) {
            owner = current;
        } else if (owner != current) {
            throw new IllegalStateException("this follower belongs to thread " + owner.getName() + " and was polled by "
                    + current.getName() + ": open one for each thread");
        }
    }

    private int tell(int maxCommands) {
        Withheld withheld = state.withheld();
        long end = withheld.followableTo();
        long generation = withheld.generation(); // in this order: it is of what was published with that, or later
        checkEpoch();
        cursor.begin(withheld);
        if (log.follow(generation)) {
            frame = null;
        }
        long stop = next.getPlain() + LOOKED_AT;
        int told = 0;
        while (told < maxCommands && next.getPlain() <= end && next.getPlain() < stop && !gate.isShut()) {
            if (frame == null && !begin(withheld)) {
                break;
            }
            told += tellSome(withheld, end, maxCommands - told);
        }
        return told;
    }

    private void checkEpoch() {
        long now = view.configEpoch(); // the node is of an epoch before it knows what that one goes on from
        if (now != epoch) {
            log.checkEpoch();
            epoch = now;
        }
    }

    private boolean begin(Withheld withheld) {
        long index = next.getPlain();
        if (index < withheld.knownFrom()) {
            throw log.compacted(index);
        }
        if (!log.next(index)) {
            return false;
        }
        Frame begun = log.frame();
        if (begun.type() == FrameType.COMMANDS) {
            begun.moveBefore(index);
            frame = begun;
        } else {
            next.setRelease(begun.lastIndex() + 1);
        }
        return true;
    }

    /** @return how many were told, of the frame that is begun */
    private int tellSome(Withheld withheld, long end, int maxCommands) {
        int told = 0;
        while (frame != null && told < maxCommands && next.getPlain() <= end && !gate.isShut()) {
            if (!frame.nextCommand()) {
                frame = null;
                return told;
            }
            long index = frame.commandIndex();
            boolean isWithheld = cursor.includes(index);
            if (index < withheld.knownFrom()) { // in this order: what was seen of it may have been half of it
                log.letGo();
                frame = null;
                throw log.compacted(index);
            }
            if (!isWithheld) {
                tell(index);
                told++;
            }
            next.setRelease(index + 1);
        }
        return told;
    }

    private void tell(long index) {
        place.set(index, frame.term(), 0);
        boolean isTold = false;
        try {
            listener.onCommand(command.show(
                    frame.buffer(),
                    frame.commandOffset() + CommandHead.LENGTH,
                    frame.commandLength() - CommandHead.LENGTH,
                    frame.clusterTimeNs(),
                    frame.stateMachineVersion()));
            isTold = true;
        } finally {
            if (!isTold) {
                frame.moveBefore(index); // the next poll tells it again
            }
        }
    }

    @Override
    public long nextIndex() {
        return next.getAcquire();
    }

    @Override
    public void close() {
        if (gate.shut()) {
            letGo();
        }
    }

    /** The engine closes: whoever polls hears of it. Any thread. */
    void closeWithEngine() {
        isClosedByEngine = true;
        close();
    }

    /** @return whether all is closed */
    boolean awaitClosed(long timeoutNs) {
        return gate.awaitLetGo(timeoutNs);
    }

    /** @return whether the calling thread is in a poll of this one */
    boolean isPolling() {
        return gate.isOccupied() && owner == Thread.currentThread();
    }

    /** By the one thread that the gate has told to. */
    private void letGo() {
        frame = null;
        cursor.end();
        try {
            log.letGo();
        } finally {
            gate.onLetGo();
            onClosed.run();
        }
    }
}
