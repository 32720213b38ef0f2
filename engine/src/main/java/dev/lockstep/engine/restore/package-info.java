/**
 * Makes the directories of a new cluster's nodes from a backup of another one. It reads the backup, says the history again in
 * the new cluster's name, as the replica puts it, and writes each node's files with storage's own means. No engine runs
 * meanwhile.
 */
package dev.lockstep.engine.restore;
