package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;

/** Whether a node that keeps a log promises a candidate its vote (PROTOCOL C). A witness has rules of its own. */
final class VoteRules {
    /** What becomes of it. */
    enum Answer {
        GRANTED,
        /** It belongs to another history of the cluster. */
        OTHER_EPOCH,
        /** It does not count, or cannot be primary. */
        NO_CANDIDATE,
        /** The voter has come further. */
        OLD_TERM,
        /** There is a primary: whoever does not hear it must not disturb those who do (safety 4). */
        PRIMARY_IS_HEARD,
        VOTED_FOR_ANOTHER,
        /** The voter may hold something committed that the candidate does not. */
        LOG_IS_OLDER
    }

    /**
     * What the one who is asked knows.
     *
     * @param config who is a member, as far as it knows
     * @param term its term
     * @param votedFor whom it elected there
     * @param last the last frame of its log
     * @param isRecovering whether its log may have lost something: then it proves nothing, and is not compared
     * @param hearsPrimary whether it has heard a primary of its term lately
     */
    record Voter(
            Config config, Term term, Identity votedFor, FrameRef last, boolean isRecovering, boolean hearsPrimary) {}

    private VoteRules() {}

    static Answer answer(Candidacy candidacy, Voter voter) {
        if (candidacy.term().epoch() != voter.term().epoch()) {
            return Answer.OTHER_EPOCH;
        }
        Member member = voter.config().at(candidacy.node());
        if (member == null || !member.isDataNode() || !member.identity().equals(candidacy.identity())) {
            return Answer.NO_CANDIDATE; // safety 17
        }
        int order = candidacy.term().compareTo(voter.term());
        if (order < 0 || (order == 0 && candidacy.isPreVote())) {
            return Answer.OLD_TERM;
        }
        if (voter.hearsPrimary() && !candidacy.isLicensed()) {
            return Answer.PRIMARY_IS_HEARD;
        }
        boolean hasVoted = order == 0 && voter.votedFor().isPresent();
        if (hasVoted && !voter.votedFor().equals(candidacy.identity())) {
            return Answer.VOTED_FOR_ANOTHER;
        }
        if (!voter.isRecovering() && isOlder(candidacy.last(), voter.last())) {
            return Answer.LOG_IS_OLDER;
        }
        return Answer.GRANTED;
    }

    private static boolean isOlder(FrameRef one, FrameRef other) {
        return one.term() != other.term() ? one.term() < other.term() : one.index() < other.index();
    }
}
