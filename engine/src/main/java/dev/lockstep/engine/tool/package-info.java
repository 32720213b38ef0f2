/**
 * Programs that an operator runs, each in a process of its own: they read their arguments, call the public API, and print.
 * Nobody else in the engine prints.
 */
package dev.lockstep.engine.tool;
