/**
 * Backups: a consistent copy of one node's snapshot and of its log behind it, in a directory of its own, which is whole or
 * not there at all. Here live the format, the writing, and the reading and checking of it. What stands in the frames, and
 * how a cluster begins anew from them, is known elsewhere.
 *
 * <pre>
 * snapshot-0000000000000004711.snap    the snapshot, chunk by chunk as it was kept; not there if the log begins at 1
 * backup.log                           the frames behind it, one after the other as they were sealed
 * backup.manifest                      what the two are, written last: without it there is no backup
 * </pre>
 */
package dev.lockstep.storage.backup;
