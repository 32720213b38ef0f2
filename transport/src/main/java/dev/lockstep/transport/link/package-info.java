/**
 * Links over a wire, whatever the wire: hellos, lives, long messages in pieces. Knows neither Aeron nor sockets; the
 * real network and the simulated one are wires for it. Not public API.
 */
package dev.lockstep.transport.link;
