package dev.lockstep.transport.aeron;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** At which addresses peers are. Set by the transport's thread, read by the driver's. */
final class ExpectedPeers {
    private volatile Map<InetAddress, Integer> peersByAddress = Map.of();

    /** @param outbounds all there are; those whose address is not known yet are not expected yet */
    void set(List<AeronOutbound> outbounds) {
        Map<InetAddress, Integer> next = new HashMap<>();
        for (AeronOutbound each : outbounds) {
            if (each.address() != null) {
                next.merge(ofLiteral(each.address()), 1, Integer::sum);
            }
        }
        peersByAddress = Map.copyOf(next);
    }

    /** @return how many peers are there */
    int at(InetAddress address) {
        return peersByAddress.getOrDefault(address, 0);
    }

    static InetAddress ofLiteral(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal + " is not an address written in numbers", e);
        }
    }
}
