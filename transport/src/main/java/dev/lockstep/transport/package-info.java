/**
 * Links between nodes: ordered bytes with back-pressure. Aeron lives here and nowhere else. Nothing here knows of
 * storage or of the engine.
 */
package dev.lockstep.transport;
