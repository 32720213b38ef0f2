package dev.lockstep.engine.pipeline;

import org.agrona.concurrent.Agent;

/**
 * What takes long with the state: replay, rebuilding, and saving it into a snapshot. On a thread of its own, for the journal
 * must be flushed and prepared all the while.
 */
final class StateAgent implements Agent {
    private final ApplierPlace place;

    StateAgent(ApplierPlace place) {
        this.place = place;
    }

    @Override
    public String roleName() {
        return "state";
    }

    @Override
    public int doWork() {
        return place.workInBackground();
    }

    @Override
    public void onClose() {
        place.endInBackground();
    }
}
