package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.engine.sbe.AppendReplyDecoder;
import dev.lockstep.engine.sbe.HeartbeatReplyDecoder;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.StampDecoder;
import dev.lockstep.engine.sbe.VoteReplyDecoder;
import dev.lockstep.storage.Identity;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Transport;
import java.util.BitSet;
import org.agrona.DirectBuffer;

/**
 * Watches what one process hears from others of themselves: whoever offers less than it did in an earlier start is refused
 * from then on, and nobody else is. And it watches whose word the process relies on.
 */
final class SetBackWatch {
    private static final Term NO_TERM = new Term(0, 0);

    /** What another node has said of itself to this process. */
    private static final class Known {
        private long identity;
        private long start;
        private Term term = NO_TERM;
        private Term bound = NO_TERM;
        /** What it has acknowledged to this process as the primary of a term, and in which start. */
        private Term acknowledgedIn = NO_TERM;

        private long acknowledged;
        private long acknowledgedStart;
    }

    private final SimulatedCluster cluster;
    private final SimulatedNode node;
    private final Known[] known = new Known[Transport.MAX_NODE + 1];
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final StampDecoder stamp = new StampDecoder();
    private final AppendReplyDecoder appendReply = new AppendReplyDecoder();
    private final VoteReplyDecoder voteReply = new VoteReplyDecoder();
    private final BitSet electors = new BitSet();
    private final BitSet wholeElectors = new BitSet();
    private Term electionTerm = NO_TERM;
    private boolean mustBeRefused;

    SetBackWatch(SimulatedCluster cluster, SimulatedNode node) {
        this.cluster = cluster;
        this.node = node;
    }

    void onLinkUp(int from, Hello peer) {
        if (known[from] == null || known[from].identity != peer.identity()) {
            known[from] = new Known();
            known[from].identity = peer.identity();
        }
        Known it = known[from];
        if (peer.incarnation().start() > it.start) {
            it.bound = it.term;
        }
        it.start = peer.incarnation().start();
    }

    void beforeMessage(int from, DirectBuffer buffer) {
        header.wrap(buffer, 0);
        stamp.wrap(buffer, MessageHeaderDecoder.ENCODED_LENGTH);
        Known it = known[from];
        mustBeRefused = false;
        if (it == null || stamp.identity() != it.identity || stamp.start() != it.start) {
            return;
        }
        Term said = new Term(stamp.epoch(), stamp.term());
        mustBeRefused = said.compareTo(it.bound) < 0;
        it.term = said.compareTo(it.term) > 0 ? said : it.term;
        if (mustBeRefused || node.replica().isSetBack(from)) {
            return;
        }
        boolean isPrimary = node.replica().role() == Role.PRIMARY;
        switch (header.templateId()) {
            case VoteReplyDecoder.TEMPLATE_ID -> onVote(from, buffer);
            case AppendReplyDecoder.TEMPLATE_ID -> {
                if (isPrimary && said.equals(node.replica().term())) {
                    onAppendReply(from, it, buffer);
                }
            }
            case HeartbeatReplyDecoder.TEMPLATE_ID -> {
                if (isPrimary && said.equals(node.replica().term())) {
                    cluster.setBacks.onFollowed(node, from);
                }
            }
            default -> {
                // nobody relies on it for anything that must be remembered
            }
        }
    }

    private void onVote(int from, DirectBuffer buffer) {
        voteReply.wrapAndApplyHeader(buffer, 0, header);
        Term term = node.replica().term();
        if (voteReply.isPreVote() != 0 || voteReply.answer() != 0 || voteReply.askedTerm() != term.number()) {
            return;
        }
        if (!term.equals(electionTerm)) {
            electionTerm = term;
            electors.clear();
            wholeElectors.clear();
        }
        electors.set(from);
        wholeElectors.set(from, voteReply.isWhole() != 0);
    }

    private void onAppendReply(int from, Known it, DirectBuffer buffer) {
        cluster.setBacks.onFollowed(node, from);
        appendReply.wrapAndApplyHeader(buffer, 0, header);
        Term term = node.replica().term();
        if (!it.acknowledgedIn.equals(term)) {
            it.acknowledgedIn = term;
            it.acknowledged = 0;
        }
        if (appendReply.verdict() == 0) {
            long index = node.isFlushedOnly() ? appendReply.flushedIndex() : appendReply.index();
            it.acknowledged = Math.max(it.acknowledged, index);
            it.acknowledgedStart = it.start;
        } else if (appendReply.verdict() == 1) {
            mustBeRefused = appendReply.isWhole() != 0
                    && it.start > it.acknowledgedStart
                    && appendReply.index() < it.acknowledged;
        }
    }

    void afterMessage(int from) {
        Violation.check(
                !mustBeRefused || !node.isRunning() || node.replica().isSetBack(from),
                Check.SET_BACK,
                () -> "node " + from + " offers node " + node.number
                        + " less than it did in an earlier start, and is heard");
    }

    void onElected() {
        if (!node.replica().term().equals(electionTerm)) {
            electors.clear();
            wholeElectors.clear();
        }
        cluster.setBacks.onElected(node, electors, wholeElectors);
    }

    void afterTurn() {
        Replica replica = node.replica();
        for (SimulatedNode each : cluster.nodes) {
            forgetIfRemoved(each.number, replica.config());
            Violation.check(
                    !replica.isSetBack(each.number) || wasSetBack(each),
                    Check.SET_BACK,
                    () -> "node " + node.number + " refuses node " + each.number + ", whose disk was never set back");
        }
    }

    /** What was acknowledged by one who is no member any more counts for nothing, and if it is added again, it begins anew. */
    private void forgetIfRemoved(int other, Config config) {
        Known it = known[other];
        if (it != null && config != null && !config.names(other, new Identity(it.identity))) {
            it.acknowledged = 0;
        }
    }

    /** Whoever is refused may have gone meanwhile, and another one have come. */
    private boolean wasSetBack(SimulatedNode other) {
        return cluster.setBacks.wasEver(known[other.number].identity);
    }
}
