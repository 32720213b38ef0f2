/**
 * What a Java service embeds: {@link dev.lockstep.engine.Engine} and what it is given and gives. Nothing here starts a
 * thread or touches a disk by itself; the pipeline does.
 */
package dev.lockstep.engine;
