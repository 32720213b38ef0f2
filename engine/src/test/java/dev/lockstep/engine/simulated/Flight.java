package dev.lockstep.engine.simulated;

import dev.lockstep.transport.Stream;

/** What is on its way to one side of a link: an event that happens when it arrives, and what then waits in the inbox. */
final class Flight implements Runnable {
    /** What it brings. */
    enum Kind {
        MESSAGE,
        /** A message that has come already. */
        COPY,
        /** A message of a life that is over. */
        GHOST,
        /** The peer's hello: the link is up. */
        UP,
        /** The peer, or another process in its place, has begun another life. */
        FAREWELL,
        /** Something else than the peer shows that this life is over. */
        END,
        /** The process is to hear that the link is down. */
        DOWN
    }

    private static final byte[] NOTHING = {};

    final FastLink to;
    final Stream stream;
    final byte[] bytes;
    Kind kind;

    Flight(FastLink to, Kind kind) {
        this(to, kind, Stream.CONTROL, NOTHING);
    }

    Flight(FastLink to, Kind kind, Stream stream, byte[] bytes) {
        this.to = to;
        this.kind = kind;
        this.stream = stream;
        this.bytes = bytes;
    }

    @Override
    public void run() {
        to.arrive(this);
    }
}
