package dev.lockstep.transport.link;

import dev.lockstep.transport.Stream;

/**
 * One life of a link, from this side (PROTOCOL K). Both sides make a nonce. Each says hello on every stream, with its
 * own nonce, the other's, and on which streams it has heard the other's. The link is up when the other was heard on
 * every stream and says the same of us: then both ways of every stream are known to lead to a living peer. Either side may begin a new life at any time;
 * it makes a new nonce then, and the other side keeps its own. From then on each message carries both.
 *
 * <p>Owned by the transport's thread.
 */
final class Handshake {
    private final int streams;
    /** Ours. */
    private long nonce;
    /** Counts our nonces: of two hellos of one incarnation the one with the higher count is the newer one. */
    private long attempt;
    /** Theirs; zero until they have said it. */
    private long peerNonce;

    private int heard;
    private boolean confirmed;

    /**
     * @param streams those that the link carries
     * @param attempt how many nonces this process has had before, for this peer
     */
    Handshake(int streams, long attempt) {
        this.streams = streams;
        this.attempt = attempt;
    }

    /** Begins a new life on our side. What the other side has said still holds, but not that it knows us. */
    void renew(long freshNonce) {
        nonce = freshNonce;
        attempt++;
        confirmed = false;
    }

    /** The other side has begun a new life. */
    void onPeerRenewed(long freshPeerNonce) {
        peerNonce = freshPeerNonce;
        heard = 0;
        confirmed = false;
    }

    /**
     * The other side has said hello with its present nonce.
     *
     * @param stream where
     * @param echo which nonce it knows of us
     * @param heardOfUs the streams on which it has heard that one
     */
    void onHello(Stream stream, long echo, int heardOfUs) {
        heard |= StreamSet.of(stream);
        if (echo == nonce && heardOfUs == streams) {
            confirmed = true;
        }
    }

    /** A message of this life has come: the other side sends only once it knows that each has heard the other. */
    void onProven() {
        confirmed = true;
    }

    /** A way to us was lost; it must be heard anew. */
    void onLost(Stream stream) {
        heard = StreamSet.without(heard, stream);
    }

    /** @return whether the other side was heard on every stream */
    boolean isHeard() {
        return heard == streams;
    }

    boolean hasHeard(Stream stream) {
        return StreamSet.contains(heard, stream);
    }

    boolean isComplete() {
        return confirmed && isHeard();
    }

    long nonce() {
        return nonce;
    }

    long attempt() {
        return attempt;
    }

    long peerNonce() {
        return peerNonce;
    }

    int heard() {
        return heard;
    }
}
