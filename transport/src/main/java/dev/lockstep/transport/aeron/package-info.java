/**
 * The wire over Aeron: its driver, its directories, its publications and images. Not public API.
 *
 * <p>What is defended, with a driver of our own: Aeron sees no datagram whose lengths, offsets or kind cannot be. Nothing
 * is kept for a source before it has sent a number back, so that an address written on a datagram is worth nothing. A
 * source that does answer gets one of a few places for its streams, of which an address where a peer is expected has
 * its own; and loses them if no peer says hello on them for some seconds, and then cannot have the last places for a
 * while. What another source sends for a live stream is dropped. All of it is counted, see
 * {@link dev.lockstep.transport.TransportCounters}.
 *
 * <p>What is not: there is no authentication and no secrecy. Who can send from a peer's address and port, and knows the
 * ids of a live stream, can disturb that link, up to what is delivered on it. Who answers at any address can say to be a
 * peer: it takes the link down, visibly and on both sides, and the link comes back when the peer says hello again; who
 * knows the peer's identity as well can keep it from coming back, by saying to be a later start of it. Who fills the
 * network, or has a place and fills the socket, can make a link go down for want of datagrams. An external driver has
 * none of these guards, but for the hello. Where such senders can reach these ports, keep them out: by a network of the
 * cluster's own, or a firewall.
 */
package dev.lockstep.transport.aeron;
