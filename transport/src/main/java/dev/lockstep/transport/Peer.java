package dev.lockstep.transport;

/**
 * A node to have a link with.
 *
 * @param node its number in the cluster
 * @param host a host name, an IPv4 address, or an IPv6 address with or without brackets
 * @param port the first of its ports; the next one carries bulk and clients, and the one behind answers to clients
 */
public record Peer(int node, String host, int port) {
    private static final int MAX_PORT = 65533;

    /**
     * @throws IllegalArgumentException if a part of it cannot be
     */
    public Peer {
        if (node < 0 || node > Transport.MAX_NODE) {
            throw new IllegalArgumentException("a node is a number from 0 to " + Transport.MAX_NODE + ", not " + node);
        }
        if (host.isBlank()) {
            throw new IllegalArgumentException("node " + node + " has no host");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("node " + node + " has port " + port + "; it must be from 1 to "
                    + MAX_PORT + ", for the next two are used too");
        }
        host = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * Reads an address as users write it.
     *
     * @param node the node's number
     * @param address {@code host:port}, {@code 10.0.0.1:9000} or {@code [fe80::1]:9000}
     * @return the peer
     * @throws IllegalArgumentException if it is written otherwise
     */
    public static Peer parse(int node, String address) {
        int colon = address.lastIndexOf(':');
        boolean bare = colon > 0 && address.indexOf(':') != colon && address.charAt(colon - 1) != ']';
        if (colon <= 0 || bare) {
            throw new IllegalArgumentException("the address of node " + node + " is \"" + address
                    + "\"; it is written host:port, and an IPv6 address in brackets");
        }
        try {
            return new Peer(node, address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the address of node " + node + " is \"" + address + "\"; what follows the colon is no port", e);
        }
    }

    /** @return host and port, as users write them */
    public String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
