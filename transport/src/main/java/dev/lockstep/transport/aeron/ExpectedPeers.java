package dev.lockstep.transport.aeron;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** At which addresses peers are. Set by the transport's thread, read by the driver's. */
final class ExpectedPeers {
    private volatile Map<InetAddress, Integer> peersByAddress = Map.of();

    /** @param literals the address of each peer, written in numbers */
    void set(List<String> literals) {
        Map<InetAddress, Integer> next = new HashMap<>();
        for (String each : literals) {
            next.merge(ofLiteral(each), 1, Integer::sum);
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
