package dev.lockstep.transport.link;

import dev.lockstep.transport.Stream;

/** One stream as it comes from somebody: first from nobody known, then from the peer that has said hello on it. */
public final class Channel {
    final Stream stream;
    /** Who speaks here; null until it has said hello. */
    Link link;

    /** Nothing that still comes here counts: a hello would be heard where nothing more will be. */
    boolean lost;

    /** When a client was let in here last, if one was. */
    boolean hadGuest;

    long guestNs;

    /**
     * @param stream which stream it is
     */
    public Channel(Stream stream) {
        this.stream = stream;
    }

    /** @return whether it is of use: a peer has said hello on it in the present life of its link */
    public boolean isServing() {
        return link != null && link.isServedBy(this);
    }
}
