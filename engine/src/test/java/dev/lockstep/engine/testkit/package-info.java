/**
 * For whoever writes a state machine: tries it without an engine. It uses the public API and nothing else, and travels in a
 * jar of its own, with the classifier {@code testkit}.
 */
package dev.lockstep.engine.testkit;
