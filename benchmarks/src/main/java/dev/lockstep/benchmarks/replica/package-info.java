/** The figures of the replica: what the protocol itself costs a frame, and how fast it is simulated. */
package dev.lockstep.benchmarks.replica;
