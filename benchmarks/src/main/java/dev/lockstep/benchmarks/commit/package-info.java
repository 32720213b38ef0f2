/**
 * What it costs until a command is on two nodes and applied: two processes, held against the kernel's UDP between two
 * processes, in the same run.
 */
package dev.lockstep.benchmarks.commit;
