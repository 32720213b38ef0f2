package dev.lockstep.engine.replica;

import java.util.ArrayList;
import java.util.List;

/** Notes what a node is to be next, and is what a test says. */
final class NotingStage implements Stage {
    final List<String> asked = new ArrayList<>();
    Duty duty;

    @Override
    public void follow() {
        asked.add("follow");
    }

    @Override
    public void campaign(boolean isLicensed) {
        asked.add("campaign");
    }

    @Override
    public void reign(long wallClockNs) {
        asked.add("reign");
    }

    @Override
    public Duty duty() {
        return duty;
    }
}
