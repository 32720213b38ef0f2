/**
 * What a node shows of itself: counters that other processes read, flight recorder events, and its errors, each told
 * once. Knows the storage's disk and the words of the replica; nobody here decides anything, and nothing here may stop a
 * node.
 */
package dev.lockstep.engine.observe;
