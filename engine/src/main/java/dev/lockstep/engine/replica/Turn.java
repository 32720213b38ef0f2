package dev.lockstep.engine.replica;

import java.util.function.LongSupplier;

/**
 * What time it is, as the replica was last told, and how long to wait. A turn that comes late says nothing of the others,
 * but of this node: they get the grace of a heartbeat before they are judged (safety 30). Owned by the replica's thread.
 */
final class Turn {
    /** Whoever is always late, for its owner seldom calls, must come to a judgement all the same. */
    private static final int MOST_GRACES = 4;

    private final long heartbeatNs;
    private final long electionTimeoutNs;
    private final int priority;
    private final LongSupplier random;
    private long begunNs;
    private long nowNs;
    private long wallClockNs;
    private boolean hasBegun;
    private boolean wasLate;
    private int lateInARow;

    Turn(ReplicaSettings settings, LongSupplier random) {
        this.heartbeatNs = settings.heartbeatNs();
        this.electionTimeoutNs = settings.electionTimeoutNs();
        this.priority = settings.priority();
        this.random = random;
    }

    void begin(long now, long wallClock) {
        boolean isLate = hasBegun && isStall(now - begunNs);
        wasLate = isLate && lateInARow < MOST_GRACES;
        lateInARow = wasLate ? lateInARow + 1 : 0;
        hasBegun = true;
        begunNs = now;
        pass(now, wallClock);
    }

    /** Time goes on before the next turn begins, which may come late all the same. */
    void pass(long now, long wallClock) {
        nowNs = now;
        wallClockNs = wallClock;
    }

    boolean isStall(long passedNs) {
        return passedNs > heartbeatNs;
    }

    /** @return whether this node did nothing for longer than a heartbeat before this turn */
    boolean wasLate() {
        return wasLate;
    }

    /** @return when something was heard at the earliest that must not be held against its sender yet */
    long graceNs() {
        return nowNs - electionTimeoutNs + heartbeatNs;
    }

    long nowNs() {
        return nowNs;
    }

    long wallClockNs() {
        return wallClockNs;
    }

    long heartbeatNs() {
        return heartbeatNs;
    }

    long electionTimeoutNs() {
        return electionTimeoutNs;
    }

    /** @return whether that was heard too long ago */
    boolean isSilent(long heardNs) {
        return nowNs - heardNs >= electionTimeoutNs;
    }

    /**
     * @param isLast whether this node would serve nobody if it were elected, so that all others go first
     * @return how long to hear nothing before campaigning, another time each time
     */
    long nextPatienceNs(boolean isLast) {
        long before = isLast ? ReplicaSettings.MAX_PRIORITY + 1 : priority;
        return electionTimeoutNs * (1 + before) + nextRandom(electionTimeoutNs);
    }

    /** @return when to campaign if there is a reason not to wait that long */
    long nextHastenedElectionNs() {
        return nowNs + nextRandom(heartbeatNs);
    }

    long nextRandom(long bound) {
        return Math.floorMod(random.getAsLong(), bound);
    }

    long nextNonce() {
        return random.getAsLong();
    }
}
