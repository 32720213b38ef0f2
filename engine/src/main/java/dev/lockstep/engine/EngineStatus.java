package dev.lockstep.engine;

import java.util.List;
import java.util.Map;

/**
 * What a node was at a moment, for people and monitors. It may be a turn old, and its parts may be of two turns: fence with
 * the term of a {@link RoleListener} or a {@link Reply}, not with this.
 *
 * @param node its name
 * @param role what it is
 * @param isOpen whether it takes commands: not a primary that has just begun, hands over, closes, or has stopped to apply
 * @param primary the primary's name; empty if nobody is known to be
 * @param term in which term
 * @param epoch in which epoch
 * @param appendedIndex up to where its journal goes
 * @param flushedIndex up to where that is on the device
 * @param committedIndex up to where that is committed
 * @param appliedIndex up to where that is applied
 * @param snapshotIndex what the newest snapshot includes that is kept here; zero if none is
 * @param baseIndex behind which the log is kept; zero if all of it is
 * @param mode when the primary applies; null while no cluster has taken the node in
 * @param stateMachineVersion which behaviour of the state machine is active; zero while no cluster has taken the node in
 * @param members each as in the member list, with its number: {@code a#1=10.0.0.1:9000}
 * @param standbys what this primary knows of the others that keep the log; empty on any other node
 * @param isWithoutQuorum whether it is a primary in ASYNC that goes on without enough others
 * @param isOneCopy whether no other node has what is committed now, for a witness decides in its place
 * @param isRecovering whether it may have forgotten something, and does not count until it has that again
 * @param applierFailure why its applier has stopped; null if it has not
 * @param applierFailureIndex where its applier has stopped; zero if it has not. Only if the state machine has thrown ({@link
 *     EngineException.ApplyFailed}) is it an index to {@link Engine#skip}: of a node that has drifted it is the checkpoint
 * @param failure why the node has stopped; null if it has not
 * @param counters all that is counted, by the labels that the counters' file has
 * @param errors what went wrong and what was remarked, a line each, the latest first
 */
public record EngineStatus(
        String node,
        Role role,
        boolean isOpen,
        String primary,
        long term,
        long epoch,
        long appendedIndex,
        long flushedIndex,
        long committedIndex,
        long appliedIndex,
        long snapshotIndex,
        long baseIndex,
        Mode mode,
        int stateMachineVersion,
        List<String> members,
        List<StandbyStatus> standbys,
        boolean isWithoutQuorum,
        boolean isOneCopy,
        boolean isRecovering,
        Throwable applierFailure,
        long applierFailureIndex,
        Throwable failure,
        Map<String, Long> counters,
        List<String> errors) {}
