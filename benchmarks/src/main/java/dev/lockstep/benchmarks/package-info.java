/**
 * What all benchmarks share: the command line, fresh JVMs to measure in, and the figures that are printed in the end.
 */
package dev.lockstep.benchmarks;
