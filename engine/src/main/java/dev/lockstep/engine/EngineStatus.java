package dev.lockstep.engine;

import java.util.List;

/**
 * What a node was at a moment. It may be a turn old, and its parts may be of two turns.
 *
 * @param node its name
 * @param role what it is
 * @param primary the primary's name; empty if nobody is known to be
 * @param term in which term
 * @param epoch in which epoch
 * @param appendedIndex up to where its journal goes
 * @param flushedIndex up to where that is on the device
 * @param committedIndex up to where that is committed
 * @param appliedIndex up to where that is applied
 * @param mode when the primary applies; null while no cluster has taken the node in
 * @param members the members' list
 * @param isAlone whether it is a primary that goes on without a quorum, or has the one copy of what is committed
 * @param isRecovering whether it may have forgotten something, and does not count until it has that again
 * @param applierFailure why its applier has stopped; null if it has not
 * @param failure why it has stopped; null if it has not
 */
public record EngineStatus(
        String node,
        Role role,
        String primary,
        long term,
        long epoch,
        long appendedIndex,
        long flushedIndex,
        long committedIndex,
        long appliedIndex,
        Mode mode,
        List<String> members,
        boolean isAlone,
        boolean isRecovering,
        Throwable applierFailure,
        Throwable failure) {}
