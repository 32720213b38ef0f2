package dev.lockstep.engine.replica;

/**
 * How a node that may have forgotten what it acknowledged becomes whole again: the primary of a term that is not older
 * than any it acted in says how far its log goes, and this node comes that far, on its device. Until then nothing that it
 * acknowledges counts (safety 15, 29). Owned by the replica's thread; one for each term.
 */
final class Recovery {
    private static final long UNKNOWN = -1;

    private final Core core;
    private final LogReceiver receiver;
    private long nonce;
    private long askedNs;
    private long target = UNKNOWN;
    private boolean hasAsked;

    Recovery(Core core, LogReceiver receiver) {
        this.core = core;
        this.receiver = receiver;
    }

    void onTick() {
        if (!core.promises.isRecovering()) {
            return;
        }
        if (target == UNKNOWN) {
            ask();
        } else if (hasComeFarEnough()) {
            core.beWhole();
            receiver.acknowledgeAnew();
        }
    }

    private void ask() {
        boolean isDue = !hasAsked || core.turn.nowNs() - askedNs > 2 * core.turn.heartbeatNs();
        if (isDue && core.peers.isUp(receiver.primary())) {
            nonce = core.turn.nextNonce();
            askedNs = core.turn.nowNs();
            hasAsked = core.outbox.recover(receiver.primary(), nonce);
        }
    }

    void onReply(long answeredNonce, long lastIndex) {
        if (hasAsked && answeredNonce == nonce && target == UNKNOWN) {
            target = lastIndex;
        }
    }

    private boolean hasComeFarEnough() {
        return receiver.matchedAndFlushedIndex() >= target;
    }
}
