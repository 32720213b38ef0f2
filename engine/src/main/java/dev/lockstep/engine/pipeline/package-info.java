/**
 * The way of a command through a node: from the application's threads into the order, and from the log into the state
 * machine. It uses the replica, which knows nothing of it.
 */
package dev.lockstep.engine.pipeline;
