package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Ack;

/**
 * One try to have an order done.
 *
 * @param number which attempt of all
 * @param order what is to be done once
 * @param id what the submitter called it
 * @param ack how far it is to come
 */
record Attempt(long number, long order, long id, Ack ack) {}
