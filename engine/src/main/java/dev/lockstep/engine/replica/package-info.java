/**
 * The protocol as a pure state machine: terms and votes, replication, commits, membership. It is told what happens, and
 * acts through ports that it is given; it has no threads, clocks, files, sockets or random numbers of its own, so the
 * same classes run in a service and in the simulator.
 */
package dev.lockstep.engine.replica;
