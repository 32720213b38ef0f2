package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import io.aeron.Subscription;
import io.aeron.exceptions.RegistrationException;
import java.util.List;

/** The way from a client to a node. What the node answers comes by a subscription, which must be there first. */
final class RequestOutbound extends AeronOutbound {
    private final Peer peer;
    private String address;
    private boolean subscribing;
    private long subscriptionId;
    private Subscription answers;

    RequestOutbound(AeronWire wire, Peer peer) {
        super(wire, List.of(Stream.CLIENT));
        this.peer = peer;
        lookAgain();
    }

    @Override
    void lookAgain() {
        String found = wire.addressOf(peer);
        if (found != null && !found.equals(address)) {
            address = found;
            renew();
        }
    }

    private void subscribe() {
        unsubscribe();
        String control = address + ":" + (peer.port() + StreamIds.ANSWER_PORT_OFFSET);
        subscriptionId = wire.subscribe("aeron:udp?control-mode=response|control=" + control, Stream.CLIENT);
        subscribing = true;
    }

    private void unsubscribe() {
        if (subscribing || answers != null) {
            wire.giveUp(subscriptionId);
        }
        answers = null;
        subscribing = false;
    }

    /** @return whether something went on */
    boolean work() {
        if (!subscribing) {
            return false;
        }
        try {
            answers = wire.subscription(subscriptionId);
        } catch (RegistrationException e) {
            wire.onError(e);
            address = null; // tried again with the next look
            subscribing = false;
            return true;
        }
        if (answers == null) {
            return false;
        }
        subscribing = false;
        makeAll();
        return true;
    }

    @Override
    void onHostGone() {
        super.onHostGone();
        answers = null;
        subscribing = false;
    }

    @Override
    void onHostBack() {
        renew();
    }

    /** What is wanted meanwhile is wanted anew when the answers can come. */
    @Override
    boolean isReady() {
        return answers != null;
    }

    @Override
    String channel(Stream stream) {
        return "aeron:udp?endpoint=" + address + ":" + (peer.port() + StreamIds.portOffset(stream))
                + "|response-correlation-id=" + answers.registrationId();
    }

    /** The subscription hears one life of a node only. */
    @Override
    public void renew() {
        if (address != null && wire.isLaunched() && !isClosed()) {
            subscribe();
        }
    }

    @Override
    public void close() {
        if (!isClosed()) {
            unsubscribe();
        }
        super.close();
    }
}
