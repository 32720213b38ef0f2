package dev.lockstep.engine.simulated;

import dev.lockstep.engine.replica.Replica;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Stream;
import org.agrona.DirectBuffer;

/** A replica that hears the network without an engine around it. */
final class ReplicaReceiver implements ClusterNetwork.Handler {
    private final Replica replica;

    ReplicaReceiver(Replica replica) {
        this.replica = replica;
    }

    @Override
    public void onLinkUp(int node, Hello peer) {
        replica.onLinkUp(node, peer);
    }

    @Override
    public void onMessage(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        replica.onMessage(node, buffer, offset, length);
    }

    @Override
    public void onLinkDown(int node) {
        replica.onLinkDown(node);
    }
}
