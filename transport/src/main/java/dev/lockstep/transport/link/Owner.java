package dev.lockstep.transport.link;

/** Which thread owns a transport: the first that uses it, until it gives it up. */
final class Owner {
    private Thread owner;

    void check() {
        Thread current = Thread.currentThread();
        if (owner != current) {
            own(current);
        }
    }

    private void own(Thread current) {
        if (owner != null) {
            throw new IllegalStateException("this transport belongs to thread " + owner.getName() + " and was used by "
                    + current.getName() + "; release it on the one before it is used on another");
        }
        owner = current;
    }

    void release() {
        check();
        owner = null;
    }
}
