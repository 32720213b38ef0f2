package dev.lockstep.engine.replica;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.VoteRules.Answer;
import dev.lockstep.engine.sbe.AppendDecoder;
import dev.lockstep.engine.sbe.HeartbeatDecoder;
import dev.lockstep.engine.sbe.SnapshotOfferDecoder;
import dev.lockstep.engine.sbe.VoteReplyDecoder;
import org.agrona.DirectBuffer;

/**
 * Asks the voters whether they would elect this node, which changes nothing for anybody, and if enough would, asks for
 * their votes. Owned by the replica's thread; a new one for each attempt.
 */
final class Campaigning extends Duty {
    private final Core core;
    private final Stage stage;
    private final boolean isLicensed;
    private final long untilNs;
    private final Config config;
    /** Null, like the candidacy, until there was room to note that this node elects itself: then it has asked nobody. */
    private Tally tally;

    private Candidacy candidacy;

    Campaigning(Core core, Stage stage, boolean isLicensed) {
        this.core = core;
        this.stage = stage;
        this.isLicensed = isLicensed;
        this.config = core.config();
        this.untilNs = core.turn.nowNs() + core.turn.nextPatienceNs(core.hasDrifted());
    }

    @Override
    Role role() {
        return Role.CANDIDATE;
    }

    /** Begins; not in the constructor, since it may end this duty at once. */
    void begin() {
        if (isLicensed) {
            askForVotes();
        } else {
            ask(core.promises.term().next(), true);
        }
    }

    private void askForVotes() {
        core.promises.campaign();
        ask(core.promises.term(), false);
    }

    private void ask(Term term, boolean isPreVote) {
        tally = new Tally(config);
        candidacy = new Candidacy(
                core.self(),
                core.identity(),
                term,
                core.log.last(),
                core.configs.currentIndex(),
                core.configs.currentTerm(),
                isPreVote,
                isLicensed);
        for (Member each : config.voters()) {
            if (each.node() != core.self()) {
                core.outbox.voteRequest(each.node(), candidacy);
            }
        }
        onGranted(core.self(), true, core.turn.wallClockNs());
    }

    @Override
    void onLinkUp(int node) {
        boolean isVoter = config.at(node) != null && config.at(node).isVoter();
        if (isVoter && candidacy != null) {
            core.outbox.voteRequest(node, candidacy);
        }
    }

    @Override
    void onVoteReply(int from, VoteReplyDecoder message) {
        boolean isOfThis = candidacy != null
                && message.askedTerm() == candidacy.term().number()
                && (message.isPreVote() != 0) == candidacy.isPreVote();
        if (isOfThis && counts(from) && message.answer() == Answer.GRANTED.code()) {
            onGranted(from, message.isWhole() != 0, message.wallClockNs());
        }
    }

    /** Its disk was set back: it may have forgotten that it elected this node, and elect another one in the same term. */
    @Override
    void onRefused(int node) {
        if (tally != null) {
            tally.forget(node);
        }
    }

    /** @return whether the configuration names the one who is there (safety 17) */
    private boolean counts(int from) {
        return core.peers.isNamed(from, config);
    }

    private void onGranted(int node, boolean isWhole, long wallClockNs) {
        tally.onGranted(node, isWhole, wallClockNs);
        if (!tally.isWon()) {
            return;
        }
        if (candidacy.isPreVote()) {
            askForVotes();
        } else {
            stage.reign(tally.medianWallClockNs());
        }
    }

    @Override
    void onTick() {
        if (core.turn.nowNs() >= untilNs) {
            stage.campaign(false);
        }
    }

    @Override
    void onAppend(int from, AppendDecoder message, DirectBuffer buffer, int offset, int length) {
        stage.follow();
        stage.duty().onAppend(from, message, buffer, offset, length);
    }

    @Override
    void onHeartbeat(int from, HeartbeatDecoder message) {
        stage.follow();
        stage.duty().onHeartbeat(from, message);
    }

    @Override
    void onSnapshotOffer(int from, SnapshotOfferDecoder message) {
        stage.follow();
        stage.duty().onSnapshotOffer(from, message);
    }

    @Override
    void read(long id) {
        core.listener.onReadable(id, -1);
    }
}
