package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.observe.EngineCounter;
import dev.lockstep.engine.observe.EngineCounters;

/** Counts what submitters were refused. Any thread. */
final class CountedRefusals implements LocalSubmitter.Refusals {
    private final EngineCounters counters;

    CountedRefusals(EngineCounters counters) {
        this.counters = counters;
    }

    @Override
    public void onBackPressured() {
        counters.increment(EngineCounter.BACK_PRESSURED);
    }

    @Override
    public void onNotPrimary() {
        counters.increment(EngineCounter.NOT_PRIMARY);
    }
}
