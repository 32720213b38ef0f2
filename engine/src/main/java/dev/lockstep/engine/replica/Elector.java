package dev.lockstep.engine.replica;

import dev.lockstep.engine.replica.VoteRules.Answer;
import dev.lockstep.engine.sbe.VoteRequestDecoder;
import dev.lockstep.storage.FrameRef;

/** Answers those who ask for this node's vote. Owned by the replica's thread. */
final class Elector {
    private final Core core;
    private final Stage stage;
    private final Damages damages;
    private final WitnessRegister register;

    Elector(Core core, Stage stage, Damages damages, WitnessRegister register) {
        this.core = core;
        this.stage = stage;
        this.damages = damages;
        this.register = register;
    }

    void onRequest(int from, VoteRequestDecoder request) {
        if (!Term.isPossible(request.stamp().epoch(), request.askedTerm())) {
            return;
        }
        Candidacy candidacy = new Candidacy(
                from,
                core.peers.identity(from),
                new Term(request.stamp().epoch(), request.askedTerm()),
                FrameRefs.read(request.last()),
                request.configIndex(),
                request.configTerm(),
                request.isPreVote() != 0,
                request.isLicensed() != 0);
        Answer answer = register.isWitness() ? answerAsWitness(candidacy) : answer(candidacy);
        if (!candidacy.isPreVote()) {
            act(candidacy, answer);
        }
        core.outbox.voteReply(from, candidacy, answer, core.turn.wallClockNs());
    }

    private Answer answer(Candidacy candidacy) {
        return VoteRules.answer(
                candidacy,
                new VoteRules.Voter(
                        core.config(),
                        core.promises.term(),
                        core.promises.votedFor(),
                        core.isLogOfThisEpoch() ? core.log.last() : FrameRef.ORIGIN,
                        core.promises.configIndex(),
                        core.promises.configTerm(),
                        core.promises.isRecovering() || damages.isPending(),
                        stage.duty().hearsPrimary()));
    }

    private Answer answerAsWitness(Candidacy candidacy) {
        return register.answer(
                candidacy,
                core.promises.term(),
                core.promises.votedFor(),
                stage.duty().hearsPrimary());
    }

    /** A request for a vote that is not out of place shows a newer term, whatever becomes of it. */
    private void act(Candidacy candidacy, Answer answer) {
        boolean isNewer = candidacy.term().compareTo(core.promises.term()) > 0;
        boolean isInPlace =
                answer != Answer.OTHER_EPOCH && answer != Answer.NO_CANDIDATE && answer != Answer.PRIMARY_IS_HEARD;
        if (isNewer && isInPlace) {
            core.promises.raise(candidacy.term());
            stage.follow();
        }
        if (answer == Answer.GRANTED) {
            core.promises.elect(candidacy.identity());
            stage.duty().onVoted();
        }
    }
}
