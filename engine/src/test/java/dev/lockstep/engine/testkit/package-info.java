/**
 * For whoever writes a state machine: tries it without an engine, and in a cluster of engines in one thread and in virtual
 * time. It travels in a jar of its own, with the classifier {@code testkit}; what else is in that jar is the simulator that
 * proves the engine, and no API.
 */
package dev.lockstep.engine.testkit;
