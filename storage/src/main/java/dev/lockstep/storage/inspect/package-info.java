/**
 * The program that shows what is in a journal, and what is wrong with it. It only reads, through the journal's
 * inspection; how it is started and what it prints lives here.
 */
package dev.lockstep.storage.inspect;
