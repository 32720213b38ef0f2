/**
 * Links over a wire, whatever the wire: hellos, lives, long messages in pieces. Knows neither Aeron nor sockets; the
 * real network and the simulated one are wires for it. Not public API.
 *
 * <p>The words: a <em>start</em> is one process of a node, a <em>generation</em> one wire within it. A <em>nonce</em> is
 * a random number that one side makes for a link, and an <em>attempt</em> counts them. Two nonces, one of each side, are
 * a <em>life</em> of the link: from up to down. A <em>tag</em> goes beside each message and says of which life it is. A
 * <em>guest</em> is a client, seen from the node. A <em>stranger</em> says hello and is nobody that this node knows; a
 * <em>misfit</em> is known, but its settings keep it from being heard.
 */
package dev.lockstep.transport.link;
