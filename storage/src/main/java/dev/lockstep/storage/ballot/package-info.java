/**
 * What a voter must find again whatever happens: the ballot and a witness's register, which survive the machine, and the
 * marks, which survive the process. The decision that a start takes from them lives here too. Nothing here knows of the journal's files.
 */
package dev.lockstep.storage.ballot;
