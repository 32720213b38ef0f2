/**
 * Small services that embed the engine, as a user would write them: they touch nothing but its public API.
 */
package dev.lockstep.samples;
