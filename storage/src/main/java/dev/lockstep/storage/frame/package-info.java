/**
 * Frames: how a run of commands is laid out, sealed, read and verified. The same bytes are encoded once, sent, appended
 * and read back. No file and no thread is touched here.
 */
package dev.lockstep.storage.frame;
