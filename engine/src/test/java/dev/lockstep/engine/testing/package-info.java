/** What tests of several packages, and the benchmarks, put in the place of a replica's ports. */
package dev.lockstep.engine.testing;
