/**
 * What it costs to live for long: snapshots of a large state under load, nodes that join with one or start again with it,
 * the log as a stream, and timers.
 */
package dev.lockstep.benchmarks.snapshot;
