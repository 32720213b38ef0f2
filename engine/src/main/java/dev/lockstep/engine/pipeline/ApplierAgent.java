package dev.lockstep.engine.pipeline;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/** Applies on a thread of its own, in {@link dev.lockstep.engine.Threading#PIPELINED}. */
final class ApplierAgent implements Agent {
    private final ApplierPlace place;
    private final NanoClock clock;

    ApplierAgent(ApplierPlace place, NanoClock clock) {
        this.place = place;
        this.clock = clock;
    }

    @Override
    public String roleName() {
        return "applier";
    }

    @Override
    public int doWork() {
        return place.workAtHome(clock.nanoTime());
    }

    @Override
    public void onClose() {
        place.endAtHome();
    }
}
