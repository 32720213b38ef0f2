/**
 * What an engine costs that is alone, from an offer to its reply, and how fast it starts again. How commands are offered,
 * and what they are counted with, serves the benchmarks of whole clusters too.
 */
package dev.lockstep.benchmarks.engine;
