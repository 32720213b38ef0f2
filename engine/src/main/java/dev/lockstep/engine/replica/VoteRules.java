package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;

/** Whether a node that keeps a log promises a candidate its vote (PROTOCOL C). A witness has rules of its own. */
final class VoteRules {
    /** What becomes of it. */
    enum Answer {
        GRANTED(0),
        /** It belongs to another history of the cluster. */
        OTHER_EPOCH(1),
        /** It does not count, or cannot be primary. */
        NO_CANDIDATE(2),
        /** The voter has come further. */
        OLD_TERM(3),
        /** There is a primary: whoever does not hear it must not disturb those who do (safety 4). */
        PRIMARY_IS_HEARD(4),
        VOTED_FOR_ANOTHER(5),
        /** The voter may hold something committed that the candidate does not. */
        LOG_IS_OLDER(6),
        /** The voter has lost what it knew, and counts only for who has the very configuration that it noted. */
        OTHER_CONFIG(7);

        private final short code;

        Answer(int code) {
            this.code = (short) code;
        }

        short code() {
            return code;
        }
    }

    /**
     * What the one who is asked knows.
     *
     * @param config who is a member, as far as it knows; null if it knows nothing
     * @param term its term
     * @param votedFor whom it elected there
     * @param last the last frame of its log, if that was written in its epoch; otherwise every candidate's is newer
     * @param configIndex where the newest CONFIG stands that it has acknowledged, whether it still has it or not
     * @param configTerm that one's term
     * @param isRecovering whether its log may have lost something: then it proves nothing, and is not compared
     * @param hearsPrimary whether it has heard a primary of its term lately
     */
    record Voter(
            Config config,
            Term term,
            Identity votedFor,
            FrameRef last,
            long configIndex,
            long configTerm,
            boolean isRecovering,
            boolean hearsPrimary) {}

    private VoteRules() {}

    static Answer answer(Candidacy candidacy, Voter voter) {
        if (candidacy.term().epoch() != voter.term().epoch()) {
            return Answer.OTHER_EPOCH;
        }
        if (!mayStand(candidacy, voter)) {
            return Answer.NO_CANDIDATE;
        }
        int order = candidacy.term().compareTo(voter.term());
        if (order < 0 || (order == 0 && candidacy.isPreVote())) {
            return Answer.OLD_TERM;
        }
        if (isDisturbing(candidacy, voter)) {
            return Answer.PRIMARY_IS_HEARD;
        }
        if (order == 0 && hasVotedForAnother(candidacy, voter)) {
            return Answer.VOTED_FOR_ANOTHER;
        }
        if (voter.isRecovering()) {
            return hasSameConfig(candidacy, voter) ? Answer.GRANTED : Answer.OTHER_CONFIG;
        }
        return isOlder(candidacy.last(), voter.last()) ? Answer.LOG_IS_OLDER : Answer.GRANTED;
    }

    /** Whoever the configuration does not name may be a member by a later one: then its log is newer (safety 17). */
    private static boolean mayStand(Candidacy candidacy, Voter voter) {
        Member member = voter.config() == null ? null : voter.config().at(candidacy.node());
        boolean isNamed =
                member != null && member.isDataNode() && member.identity().equals(candidacy.identity());
        return isNamed || isOlder(voter.last(), candidacy.last());
    }

    private static boolean isDisturbing(Candidacy candidacy, Voter voter) {
        return voter.hearsPrimary() && !candidacy.isLicensed();
    }

    private static boolean hasVotedForAnother(Candidacy candidacy, Voter voter) {
        return voter.votedFor().isPresent() && !voter.votedFor().equals(candidacy.identity());
    }

    /**
     * A majority of one configuration and the whole nodes of another need not meet. What was committed under another one
     * than the candidate's was acknowledged by somebody who noted that one before.
     */
    private static boolean hasSameConfig(Candidacy candidacy, Voter voter) {
        return candidacy.configIndex() == voter.configIndex() && candidacy.configTerm() == voter.configTerm();
    }

    static boolean isOlder(FrameRef one, FrameRef other) {
        return one.term() != other.term() ? one.term() < other.term() : one.index() < other.index();
    }
}
