package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.FollowListener;
import dev.lockstep.engine.Follower;
import dev.lockstep.storage.journal.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Those who follow this node's log. No journal is closed while one of them reads it. Any thread. */
final class Followers {
    /** Each may hold a segment that was deleted: what that costs is bounded. */
    static final int MAX_FOLLOWERS = 64;

    /** What they read, and who says what of it they may. */
    record Parts(Journal journal, AppliedState state, NodeView view, LongConsumer onDamage) {}

    private final Parts parts;
    private final List<LogFollower> open = new ArrayList<>();
    private boolean isClosed;

    Followers(Parts parts) {
        this.parts = parts;
    }

    Follower follow(long fromIndex, FollowListener listener) {
        if (fromIndex < 1) {
            throw new IllegalArgumentException("the log begins with index 1, and is followed from " + fromIndex);
        }
        FollowedLog log = new FollowedLog(parts.journal(), parts.state(), parts.view(), parts.onDamage());
        synchronized (open) {
            if (isClosed) {
                throw new EngineException.Closed(
                        "a follower is asked for, but the engine is closed",
                        parts.view().failure());
            }
            if (fromIndex < log.firstIndex()) {
                throw log.compacted(fromIndex);
            }
            if (open.size() == MAX_FOLLOWERS) {
                throw new EngineException("there are " + MAX_FOLLOWERS + " followers already: close some");
            }
            LogFollower[] made = new LogFollower[1];
            made[0] = new LogFollower(parts.state(), parts.view(), log, fromIndex, listener, () -> remove(made[0]));
            open.add(made[0]);
            return made[0];
        }
    }

    private void remove(LogFollower closed) {
        synchronized (open) {
            open.remove(closed);
        }
    }

    private List<LogFollower> all() {
        synchronized (open) {
            return List.copyOf(open);
        }
    }

    /** @return whether the calling thread is in a poll, which nothing may wait for that it waits for */
    boolean isPolling() {
        return all().stream().anyMatch(LogFollower::isPolling);
    }

    /**
     * Closes all; polls that are under way end with the command that they are telling.
     *
     * @return whether they have, within the time that there is for each
     */
    boolean close(long timeoutNs) {
        synchronized (open) {
            isClosed = true;
        }
        List<LogFollower> closing = all();
        closing.forEach(LogFollower::closeWithEngine);
        boolean areAllClosed = true;
        for (LogFollower each : closing) {
            areAllClosed &= each.awaitClosed(timeoutNs);
        }
        return areAllClosed;
    }
}
