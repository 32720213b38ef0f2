package dev.lockstep.engine;

/** Hears when the node becomes something else. */
@FunctionalInterface
public interface RoleListener {
    /**
     * Called on the engine's own callback thread, in order, whatever {@link EngineBuilder#callbackExecutor} is; futures wait
     * meanwhile, so it must not take long. What it throws goes to the error handler, and stops nothing. It comes after the
     * fact: a primary may have been deposed when this is heard. Whoever acts in the outside world hands the term along: a
     * greater one fences off a smaller one.
     *
     * @param role what the node is
     * @param term in which term; of a primary it is the fencing token
     */
    void onRole(Role role, long term);
}
