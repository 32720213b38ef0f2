/**
 * The figures: JMH benchmarks, and the runners that print what they measured.
 */
package dev.lockstep.benchmarks;
