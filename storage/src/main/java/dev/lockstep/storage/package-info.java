/**
 * The ground floor: what a node must find again after a crash. Here live the small words that the journal, the ballot,
 * the marks and the snapshots share, the rules for touching the disk, and the platform check. Nothing here knows of
 * the network or of the engine.
 */
package dev.lockstep.storage;
