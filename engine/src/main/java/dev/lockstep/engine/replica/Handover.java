package dev.lockstep.engine.replica;

/** Lets another node take over: it is brought to the tip, nothing new is taken meanwhile, then it campaigns at once. Owned by the primary's thread. */
final class Handover {
    private final Core core;
    private int successor = Duty.NOBODY;
    private long untilNs;
    private boolean isAsked;

    Handover(Core core) {
        this.core = core;
    }

    void begin(int node) {
        successor = node;
        untilNs = core.turn.nowNs() + 2 * core.turn.electionTimeoutNs();
        isAsked = false;
    }

    /** @return whether nothing new is taken, for the successor to catch up */
    boolean isUnderWay() {
        return successor != Duty.NOBODY;
    }

    void onTick(Standbys standbys) {
        if (successor == Duty.NOBODY) {
            return;
        }
        Standby standby = standbys.current(successor);
        if (core.turn.nowNs() >= untilNs || standby == null) {
            core.listener.onTransferFailed(successor);
            successor = Duty.NOBODY;
        } else if (!isAsked && standby.matchedIndex == core.log.lastIndex()) {
            isAsked = true;
            core.outbox.takeOver(successor);
        }
    }
}
