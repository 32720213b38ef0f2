package dev.lockstep.engine.pipeline;

import org.agrona.concurrent.Agent;

/** Applies on a thread of its own, in {@link dev.lockstep.engine.Threading#PIPELINED}. */
final class ApplierAgent implements Agent {
    private final ApplierPlace place;

    ApplierAgent(ApplierPlace place) {
        this.place = place;
    }

    @Override
    public String roleName() {
        return "applier";
    }

    @Override
    public int doWork() {
        return place.workAtHome();
    }

    @Override
    public void onClose() {
        place.endAtHome();
    }
}
