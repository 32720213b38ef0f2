package dev.lockstep.engine.simulated;

import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.sbe.AppendReplyDecoder;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.StampDecoder;
import dev.lockstep.engine.sbe.VoteReplyDecoder;
import dev.lockstep.engine.sbe.VoteRequestDecoder;
import dev.lockstep.engine.sbe.WelcomeDecoder;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.Ballot;
import org.agrona.DirectBuffer;

/**
 * Looks at what leaves a node: whatever it promises stands on its device, or in its marks, before (safety 1, 2, 14, 15, 26, 29, 31).
 * That others rely on it shows only if the node dies at once, which happens seldom.
 */
final class OutgoingWatch {
    private final SimulatedNode node;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final StampDecoder stamp = new StampDecoder();
    private final VoteRequestDecoder request = new VoteRequestDecoder();
    private final VoteReplyDecoder reply = new VoteReplyDecoder();
    private final AppendReplyDecoder appendReply = new AppendReplyDecoder();

    private int asides;
    private long epoch;
    private long start;

    OutgoingWatch(SimulatedNode node) {
        this.node = node;
    }

    void onOffered(DirectBuffer buffer, int offset) {
        header.wrap(buffer, offset);
        stamp.wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH);
        Ballot ballot = node.disk.ballot().ballot();
        check(
                ballot.epoch() == stamp.epoch() && ballot.term() == stamp.term(),
                "speaks in term " + stamp.epoch() + "/" + stamp.term(),
                ballot);
        checkAsides(ballot);
        switch (header.templateId()) {
            case VoteRequestDecoder.TEMPLATE_ID -> checkRequest(buffer, offset, ballot);
            case VoteReplyDecoder.TEMPLATE_ID -> checkVote(buffer, offset, ballot);
            case AppendReplyDecoder.TEMPLATE_ID -> checkAcknowledgement(buffer, offset, ballot);
            case WelcomeDecoder.TEMPLATE_ID ->
                check(node.isFirstFrameSafe(), "takes others in with a first frame that nobody has kept", ballot);
            default -> {
                // promises nothing but its term
            }
        }
    }

    /** Whoever founds an epoch is whole by definition. */
    private void checkAsides(Ballot ballot) {
        int asidesNow = node.disk.files().journal().asides();
        boolean isSameLife = epoch == ballot.epoch() && start == ballot.startCounter();
        check(
                asidesNow <= asides || ballot.recovering() || !isSameLife,
                "has put damage aside, and speaks as if it were whole",
                ballot);
        asides = asidesNow;
        epoch = ballot.epoch();
        start = ballot.startCounter();
    }

    private void check(boolean isWritten, String what, Ballot ballot) {
        Violation.check(
                isWritten,
                Check.WRITTEN_FIRST,
                () -> "node " + node.number + " " + what + ", and has written " + ballot);
    }

    private void checkRequest(DirectBuffer buffer, int offset, Ballot ballot) {
        request.wrapAndApplyHeader(buffer, offset, header);
        check(
                request.isPreVote() != 0
                        || (ballot.term() == request.askedTerm()
                                && ballot.votedFor().equals(ballot.identity())),
                "asks for votes",
                ballot);
    }

    private void checkVote(DirectBuffer buffer, int offset, Ballot ballot) {
        reply.wrapAndApplyHeader(buffer, offset, header);
        boolean isVote = reply.isPreVote() == 0 && reply.answer() == 0;
        check(
                !isVote
                        || (ballot.term() == reply.askedTerm()
                                && ballot.votedFor().isPresent()),
                "gives its vote",
                ballot);
    }

    private void checkAcknowledgement(DirectBuffer buffer, int offset, Ballot ballot) {
        appendReply.wrapAndApplyHeader(buffer, offset, header);
        if (appendReply.verdict() != 0) {
            return;
        }
        check(
                ballot.recovering() || holdsNotedConfig(ballot),
                "acknowledges a log without the CONFIG that it has noted",
                ballot);
        if (node.isFlushedOnly()) {
            return;
        }
        long index = appendReply.index();
        check(index <= node.disk.promised(), "acknowledges index " + index, ballot);
        check(index <= appendReply.flushedIndex() || ballot.dirty(), "acknowledges what is not flushed", ballot);
    }

    private boolean holdsNotedConfig(Ballot ballot) {
        FrameRef noted = node.disk.holding(ballot.configIndex());
        Config config = node.replica().config();
        boolean isOfEpochToCome =
                config == null || config.epoch() < ballot.epoch(); // what founded it was noted already
        return isOfEpochToCome
                || ballot.configIndex() <= node.disk.base().index()
                || (noted != null && noted.term() == ballot.configTerm());
    }
}
