package dev.lockstep.storage.ballot;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import java.util.Objects;

/**
 * What a voter must never forget: who it is, how far it has come in epochs and terms, and whom it elected there.
 * Immutable; each change makes a new ballot, which counts once {@link BallotStore#write} has returned.
 *
 * <p>Nothing here goes back, except where the newest CONFIG stands: a change that would is a broken program, and is
 * refused with an {@link Invariant.Violation}.
 *
 * @param identity which journal this ballot belongs to
 * @param clusterId the cluster that took the node in; unborn until then
 * @param epoch the epoch of the term
 * @param term the newest term that the node has acted on
 * @param votedFor whom it elected in that term, or nobody
 * @param startCounter how many times the node has started
 * @param dirty whether frames may have been acknowledged that are not flushed
 * @param recovering whether the node may have forgotten something that it acknowledged
 * @param configIndex where the newest CONFIG stands that this node has acknowledged: a node that is recovering may have
 *     lost its log, and with it this knowledge; it elects only who has the very same CONFIG. Zero if there is none
 * @param configTerm that CONFIG's term; zero if there is none
 */
public record Ballot(
        Identity identity,
        ClusterId clusterId,
        long epoch,
        long term,
        Identity votedFor,
        long startCounter,
        boolean dirty,
        boolean recovering,
        long configIndex,
        long configTerm) {

    /** Refuses what no voter can have. */
    public Ballot {
        Objects.requireNonNull(clusterId, "clusterId");
        Objects.requireNonNull(votedFor, "votedFor");
        Invariant.check(identity.isPresent(), "a ballot that belongs to nobody");
        Invariant.check(epoch >= 0, "a ballot's epoch is negative", 0, epoch);
        Invariant.check(term >= 0, "a ballot's term is negative", 0, term);
        Invariant.check(startCounter >= 0, "a ballot's start counter is negative", 0, startCounter);
        Invariant.check(configIndex >= 0, "a ballot's CONFIG stands at a negative index", 0, configIndex);
        Invariant.check(configTerm >= 0, "a ballot's CONFIG has a negative term", 0, configTerm);
    }

    /**
     * @param identity a journal that was just made
     * @return its first ballot: never started, in no cluster, without a vote, and without a CONFIG
     */
    public static Ballot fresh(Identity identity) {
        return new Ballot(identity, ClusterId.UNBORN, 0, 0, Identity.NONE, 0, false, false, 0, 0);
    }

    /**
     * The node is taken in by a cluster; it is never taken in by a second one.
     *
     * @param cluster the cluster
     * @return the ballot in that cluster
     */
    public Ballot withClusterId(ClusterId cluster) {
        Invariant.check(!clusterId.isPresent() || clusterId.equals(cluster), "a ballot changed its cluster");
        return new Ballot(
                identity, cluster, epoch, term, votedFor, startCounter, dirty, recovering, configIndex, configTerm);
    }

    /**
     * The node has met a newer term, where it has not voted; in the term that it is in, its vote stays.
     *
     * @param newEpoch the term's epoch, not before this one
     * @param newTerm the term, not before this one
     * @return the ballot in that term
     */
    public Ballot withTerm(long newEpoch, long newTerm) {
        Invariant.check(newEpoch >= epoch, "a ballot's epoch went back", epoch, newEpoch);
        Invariant.check(newTerm >= term, "a ballot's term went back", term, newTerm);
        boolean newer = newEpoch > epoch || newTerm > term;
        Identity vote = newer ? Identity.NONE : votedFor;
        return new Ballot(
                identity, clusterId, newEpoch, newTerm, vote, startCounter, dirty, recovering, configIndex, configTerm);
    }

    /**
     * The node elects somebody in its term; it elects nobody else there.
     *
     * @param candidate whom
     * @return the ballot with that vote
     */
    public Ballot withVotedFor(Identity candidate) {
        Invariant.check(candidate.isPresent(), "a vote for nobody");
        Invariant.check(!votedFor.isPresent() || votedFor.equals(candidate), "a second vote in one term");
        return new Ballot(
                identity, clusterId, epoch, term, candidate, startCounter, dirty, recovering, configIndex, configTerm);
    }

    /** @return the ballot of the next start */
    public Ballot started() {
        return new Ballot(
                identity,
                clusterId,
                epoch,
                term,
                votedFor,
                startCounter + 1,
                dirty,
                recovering,
                configIndex,
                configTerm);
    }

    /**
     * @param nowDirty whether frames may be acknowledged from now on that are not flushed
     * @return the ballot that says so
     */
    public Ballot withDirty(boolean nowDirty) {
        return new Ballot(
                identity,
                clusterId,
                epoch,
                term,
                votedFor,
                startCounter,
                nowDirty,
                recovering,
                configIndex,
                configTerm);
    }

    /**
     * @param nowRecovering whether the node may have forgotten something that it acknowledged
     * @return the ballot that says so
     */
    public Ballot withRecovering(boolean nowRecovering) {
        return new Ballot(
                identity,
                clusterId,
                epoch,
                term,
                votedFor,
                startCounter,
                dirty,
                nowRecovering,
                configIndex,
                configTerm);
    }

    /**
     * The node acknowledges a CONFIG, or cuts one that it had acknowledged: so this may go back.
     *
     * @param index where the newest CONFIG stands that is left; zero if none is
     * @param itsTerm that CONFIG's term; zero if none is left
     * @return the ballot that says so
     */
    public Ballot withConfig(long index, long itsTerm) {
        return new Ballot(identity, clusterId, epoch, term, votedFor, startCounter, dirty, recovering, index, itsTerm);
    }
}
