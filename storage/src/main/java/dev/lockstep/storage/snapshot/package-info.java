/**
 * Snapshots: the state at one frame, as a file of sealed and chained chunks that is complete or not there at all. Here
 * live the format, the writing, reading, serving and receiving of chunks, and the directory that keeps the newest two.
 * What the bytes of a section mean is known elsewhere.
 */
package dev.lockstep.storage.snapshot;
