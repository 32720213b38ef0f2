/**
 * A node's directory as a whole: lock, ballot, marks, snapshots and journal, opened in the order in which one may rely
 * on the other, and closed the other way round. May use all of storage; nothing in storage uses it.
 */
package dev.lockstep.storage.node;
