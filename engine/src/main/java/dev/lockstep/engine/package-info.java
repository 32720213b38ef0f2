/**
 * What a Java service embeds. It may use storage and transport; neither knows of it.
 */
package dev.lockstep.engine;
