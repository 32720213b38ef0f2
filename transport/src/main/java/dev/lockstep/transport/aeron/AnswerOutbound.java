package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import java.util.List;

/** The way back to a client, to wherever its datagrams come from: it needs no port that it would have to name. */
final class AnswerOutbound extends AeronOutbound {
    private final String control;
    private final long correlationId;

    /**
     * @param control where this node hears what clients say of its answers
     * @param correlationId of the image that the client speaks by
     */
    AnswerOutbound(AeronWire wire, String control, long correlationId) {
        super(wire, List.of(Stream.CLIENT));
        this.control = control;
        this.correlationId = correlationId;
        makeAll();
    }

    @Override
    void lookAgain() {
        // a client that has moved is another one
    }

    /** What cannot be answered, for it is gone or takes no answers, stays so; the client is given up soon. */
    @Override
    boolean isToBeTriedAgain() {
        return false;
    }

    @Override
    void onHostBack() {
        // its client was dismissed when the host went
    }

    @Override
    String channel(Stream stream) {
        return "aeron:udp?control-mode=response|control=" + control + "|response-correlation-id=" + correlationId;
    }

    @Override
    public void renew() {
        // a client that begins anew is another one
    }
}
