package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.engine.sbe.AppendDecoder;
import dev.lockstep.engine.sbe.HeartbeatDecoder;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.StampDecoder;
import dev.lockstep.engine.sbe.TakeOverDecoder;
import dev.lockstep.engine.sbe.VoteReplyDecoder;
import dev.lockstep.engine.sbe.VoteRequestDecoder;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Transport;
import java.util.BitSet;
import org.agrona.DirectBuffer;

/**
 * Watches what one process does with its ballot and its role, message by message and turn by turn: a question changes
 * nothing, nobody disturbs a primary that is heard, and whoever stood still holds it against nobody (safety 3, 4, 30).
 * Elections stay safe without all that, so no other check would see it.
 */
final class ElectionWatch {
    private static final long NEVER = Long.MIN_VALUE / 2;
    /** A term that an operator asked for is further away than any that a candidate begins. */
    private static final long OPERATORS_LEAP = 1L << 32;

    private final SimulatedCluster cluster;
    private final SimulatedNode node;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final StampDecoder stamp = new StampDecoder();
    private final VoteRequestDecoder request = new VoteRequestDecoder();
    private final VoteReplyDecoder reply = new VoteReplyDecoder();
    private final BitSet granted = new BitSet();
    private final long[] starts = new long[Transport.MAX_NODE + 1];
    private long grantedTerm;
    private long licensedTerm = -1;
    private long heardNs = NEVER;
    private Term heardTerm;
    private long turnNs;
    private Ballot ballot;
    private Term term;
    private Role role;
    private boolean isRefused;
    private int primary;
    private long commit;
    private FrameRef last;

    ElectionWatch(SimulatedCluster cluster, SimulatedNode node) {
        this.cluster = cluster;
        this.node = node;
        this.turnNs = cluster.time.nowNs();
    }

    private void look() {
        Replica replica = node.replica();
        ballot = node.disk.ballot().ballot();
        term = replica.term();
        role = replica.role();
        primary = replica.primary();
        commit = replica.commitIndex();
        last = replica.last();
    }

    // ---- messages

    void onLinkUp(int from, Hello peer) {
        starts[from] = peer.incarnation().start();
    }

    void beforeMessage(int from, DirectBuffer buffer) {
        look();
        isRefused = node.replica().isSetBack(from);
        header.wrap(buffer, 0);
        stamp.wrap(buffer, MessageHeaderDecoder.ENCODED_LENGTH);
        switch (header.templateId()) {
            case TakeOverDecoder.TEMPLATE_ID -> licensedTerm = stamp.term();
            case VoteReplyDecoder.TEMPLATE_ID -> onVoteReply(from, buffer);
            default -> {
                // says nothing of elections
            }
        }
    }

    private void onVoteReply(int from, DirectBuffer buffer) {
        reply.wrapAndApplyHeader(buffer, 0, header);
        if (reply.isPreVote() == 0 || reply.answer() != 0 || reply.askedTerm() < grantedTerm) {
            return;
        }
        if (reply.askedTerm() > grantedTerm) {
            grantedTerm = reply.askedTerm();
            granted.clear();
        }
        granted.set(from);
    }

    void afterMessage(int from, DirectBuffer buffer) {
        if (!node.isRunning()) {
            return;
        }
        Ballot now = node.disk.ballot().ballot();
        header.wrap(buffer, 0);
        stamp.wrap(buffer, MessageHeaderDecoder.ENCODED_LENGTH);
        checkStale(from, now);
        switch (header.templateId()) {
            case VoteRequestDecoder.TEMPLATE_ID -> checkRequest(from, buffer, now);
            case HeartbeatDecoder.TEMPLATE_ID, AppendDecoder.TEMPLATE_ID -> hear(from);
            default -> checkCampaign(now);
        }
    }

    private void checkStale(int from, Ballot now) {
        Replica replica = node.replica();
        boolean isUnchanged = now.equals(ballot)
                && replica.role() == role
                && replica.primary() == primary
                && replica.commitIndex() == commit
                && replica.last().equals(last);
        Violation.check(
                !isRefused || isUnchanged,
                Check.SET_BACK,
                () -> "node " + node.number + " acts on what node " + from + " says, which it refuses");
        Violation.check(
                stamp.start() == starts[from] || isUnchanged,
                Check.STALE,
                () -> "node " + node.number + " acts on what node " + from + " has said in its start " + stamp.start()
                        + ", and it is in start " + starts[from]);
    }

    private void hear(int from) {
        Replica replica = node.replica();
        if (replica.primary() == from && stamp.term() == replica.term().number() && isOfLivingStart(from)) {
            heardNs = cluster.time.nowNs();
            heardTerm = replica.term();
        }
    }

    /** What an older start of it has sent is not heard, nor what it sent as somebody else, before it lost its disk. */
    private boolean isOfLivingStart(int from) {
        BallotStore.Reading reading = cluster.node(from).disk.ballot();
        return reading.state() == BallotStore.State.SOUND
                && reading.ballot().identity().value() == stamp.identity()
                && reading.ballot().startCounter() == stamp.start();
    }

    private void checkRequest(int from, DirectBuffer buffer, Ballot now) {
        request.wrapAndApplyHeader(buffer, 0, header);
        boolean isSame = now.term() == ballot.term() && now.votedFor().equals(ballot.votedFor());
        Violation.check(
                isSame || request.isPreVote() == 0,
                Check.PRE_VOTE,
                () -> "node " + node.number + " was asked by node " + from
                        + " whether it would elect it, and its ballot is " + now + " where it was " + ballot);
        Violation.check(
                isSame || request.isLicensed() != 0 || !hearsPrimary() || !elects(now, stamp.identity()),
                Check.UNDISTURBED,
                () -> "node " + node.number + " heard node " + primary + " as the primary of term " + term
                        + ", and elects node " + from);
    }

    private boolean hearsPrimary() {
        boolean isRecent = cluster.time.nowNs() - heardNs < SimulatedCluster.ELECTION_TIMEOUT_NS / 2;
        return primary >= 0 && isRecent && term.equals(heardTerm);
    }

    private static boolean elects(Ballot now, long identity) {
        return now.votedFor().equals(new Identity(identity));
    }

    /** Whoever begins a term was told before by more than half that they want it, or by the primary. */
    private void checkCampaign(Ballot now) {
        boolean isBegun = now.term() > ballot.term() && now.votedFor().equals(now.identity());
        if (!isBegun || now.term() - ballot.term() >= OPERATORS_LEAP || licensedTerm == ballot.term()) {
            return;
        }
        Config config = node.replica().config();
        int wanted = now.term() == grantedTerm ? granted.cardinality() : 0;
        Violation.check(
                config == null || wanted + 1 >= config.majority(),
                Check.UNDISTURBED,
                () -> "node " + node.number + " begins term " + now.term() + ", and only " + wanted
                        + " others want it");
    }

    // ---- turns

    void beforeTurn() {
        look();
    }

    void afterTurn() {
        long passedNs = cluster.time.nowNs() - turnNs;
        turnNs = cluster.time.nowNs();
        Replica replica = node.replica();
        if (passedNs > SimulatedCluster.HEARTBEAT_NS) {
            heardNs = NEVER;
            boolean isHeld = (role == Role.STANDBY && replica.role() == Role.CANDIDATE)
                    || (role == Role.PRIMARY && replica.role() == Role.STANDBY);
            Violation.check(
                    !isHeld || !term.equals(replica.term()) || replica.isRecovering(),
                    Check.STALL,
                    () -> "node " + node.number + " stood still for " + passedNs / 1_000_000 + " ms, and turns from "
                            + role + " to " + replica.role() + " before it has heard anybody");
        }
        checkCampaign(node.disk.ballot().ballot());
    }
}
