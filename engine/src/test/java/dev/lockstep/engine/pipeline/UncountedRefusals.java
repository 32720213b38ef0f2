package dev.lockstep.engine.pipeline;

/** Counts nothing: what was refused is offered again. */
final class UncountedRefusals implements LocalSubmitter.Refusals {
    @Override
    public void onBackPressured() {
        // offered again
    }

    @Override
    public void onNotPrimary() {
        // offered again
    }
}
