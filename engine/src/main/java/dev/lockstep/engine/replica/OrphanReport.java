package dev.lockstep.engine.replica;

import dev.lockstep.engine.Ack;

/**
 * What a node had in its log, and the cluster goes on without. It was moved aside, not thrown away.
 *
 * @param firstIndex the first index of it
 * @param lastIndex the last index of it
 * @param firstTerm the term of the first frame
 * @param lastTerm the term of the last one
 * @param commands how many commands there are
 * @param acknowledged the last index of which this node, as the primary, may have told a submitter anything; below the
 *     first one if there is none
 * @param level the most that it may have told of one of them
 * @param isAllKnown whether this process would know all that was told of it; if not, it was made before the process began
 * @param file where it is kept
 */
public record OrphanReport(
        long firstIndex,
        long lastIndex,
        long firstTerm,
        long lastTerm,
        long commands,
        long acknowledged,
        Ack level,
        boolean isAllKnown,
        String file) {}
