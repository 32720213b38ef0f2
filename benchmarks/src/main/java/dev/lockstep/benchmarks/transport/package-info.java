/**
 * What the transport costs, between two processes that are busy: held against the kernel's UDP and against Aeron by
 * itself, in the same run.
 */
package dev.lockstep.benchmarks.transport;
