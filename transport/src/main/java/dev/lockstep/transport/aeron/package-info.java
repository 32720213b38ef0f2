/** The wire over Aeron: its driver, its directories, its publications and images. Not public API. */
package dev.lockstep.transport.aeron;
