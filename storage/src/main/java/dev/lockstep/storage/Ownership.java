package dev.lockstep.storage;

/**
 * Says which thread owns an object, and checks it at the price of a field read. The first thread that checks becomes
 * the owner; ownership is handed on by {@link #release} on the old thread and a safe hand-over to the new one.
 */
public final class Ownership {
    private final String what;
    private Thread owner;

    /**
     * @param what the object, for the message
     */
    public Ownership(String what) {
        this.what = what;
    }

    /**
     * @throws Invariant.Violation if another thread owns the object
     */
    public void check() {
        Thread current = Thread.currentThread();
        if (owner != current) {
            claim(current);
        }
    }

    private void claim(Thread current) {
        if (owner != null) {
            Invariant.check(
                    false, what + " belongs to thread " + owner.getName() + " and was used by " + current.getName());
        }
        owner = current;
    }

    /** Gives the object up; the next thread that checks owns it. */
    public void release() {
        check();
        owner = null;
    }
}
