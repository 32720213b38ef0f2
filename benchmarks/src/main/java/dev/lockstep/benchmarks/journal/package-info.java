/**
 * What the journal costs: its writer, its readers, and its start. Opens journals directly, without a node around them.
 */
package dev.lockstep.benchmarks.journal;
