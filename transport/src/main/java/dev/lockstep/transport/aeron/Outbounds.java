package dev.lockstep.transport.aeron;

import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.Stream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The ways to peers and clients, as long as they are reached for. Belongs to the transport's thread. */
final class Outbounds {
    private final ExpectedPeers expected;
    private final List<AeronOutbound> all = new ArrayList<>();
    /** Those that have something to do now and then: of a client, few. */
    private final List<RequestOutbound> requests = new ArrayList<>();

    /** @param expected is told where peers are */
    Outbounds(ExpectedPeers expected) {
        this.expected = expected;
    }

    AeronOutbound added(AeronOutbound outbound) {
        all.add(outbound);
        if (outbound instanceof RequestOutbound request) {
            requests.add(request);
        }
        expectThem(); // its address may be known already
        return outbound;
    }

    void remove(AeronOutbound outbound) {
        all.remove(outbound);
        requests.removeIf(outbound::equals);
        expectThem();
    }

    /** Says whose streams are to have places, whoever else asks for them. */
    void expectThem() {
        expected.set(all.stream()
                .map(AeronOutbound::address)
                .filter(Objects::nonNull)
                .toList());
    }

    /** @return zero if there was nothing to do */
    int work() {
        int work = 0;
        for (int i = 0; i < requests.size(); i++) {
            work += requests.get(i).work() ? 1 : 0;
        }
        return work;
    }

    void lookForThoseWhoMoved() {
        for (AeronOutbound each : all) {
            if (!each.isConnected()) {
                each.lookAgain();
            }
        }
    }

    void onHostGone() {
        all.forEach(AeronOutbound::onHostGone);
    }

    void onHostBack() {
        all.forEach(AeronOutbound::onHostBack);
    }

    /** @return the node that is there; unknown if there are several, or none */
    int onlyNodeAt(InetAddress address) {
        int node = LinkHandler.UNKNOWN_NODE;
        for (AeronOutbound each : all) {
            if (each.address() != null
                    && ExpectedPeers.ofLiteral(each.address()).equals(address)) {
                if (node >= 0) {
                    return LinkHandler.UNKNOWN_NODE;
                }
                node = each.node();
            }
        }
        return node;
    }

    /** @return the node that a session leads to; -1 if it is none of ours; for tests */
    int nodeOfSession(int sessionId) {
        for (AeronOutbound each : all) {
            if (each.hasSession(sessionId)) {
                return each.node();
            }
        }
        return -1;
    }

    /** @return the session of the stream to a node; for tests */
    int sessionTo(int node, Stream stream) {
        for (AeronOutbound each : all) {
            if (each.node() == node) {
                return each.session(stream);
            }
        }
        throw new IllegalArgumentException("no way to node " + node);
    }
}
