package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.storage.FrameRef;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/** Holds what engines answer to what a node that never fails would answer. */
final class EngineAnswers {
    private final SimulatedCluster cluster;
    private final CommittedLogs committed;
    /** For commands that come again it depends on what is kept, the same everywhere; by index and epoch. */
    private final Map<Long, Outcome> repeated = new HashMap<>();

    EngineAnswers(SimulatedCluster cluster, CommittedLogs committed) {
        this.cluster = cluster;
        this.committed = committed;
    }

    void clear() {
        repeated.clear();
    }

    // ---- what an applier says

    void onReply(
            SimulatedNode node,
            long index,
            long session,
            long sequence,
            Outcome outcome,
            int code,
            DirectBuffer reply,
            int length) {
        if (!node.isRunning() || !committed.isCommitted(node, index)) {
            return;
        }
        long epoch = node.replica().term().epoch();
        SequentialModel.Answer answer = committed.of(epoch).answer(index);
        if (answer == null) {
            return;
        }
        boolean isSame = answer.session() == session
                && answer.sequence() == sequence
                && isSame(answer, outcome, code, reply, length)
                && (!answer.isRepeated() || isSameElsewhere(epoch, index, outcome));
        Violation.check(
                isSame,
                Check.ANSWER,
                () -> "node " + node.number + " answers " + outcome + " at index " + index + ", where " + answer
                        + " is right");
    }

    private boolean isSameElsewhere(long epoch, long index, Outcome outcome) {
        Outcome known = repeated.putIfAbsent(epoch * 1_000_003L + index, outcome);
        return known == null || known == outcome;
    }

    private static boolean isSame(
            SequentialModel.Answer answer, Outcome outcome, int code, DirectBuffer reply, int length) {
        if (answer.isRepeated() && outcome == Outcome.REPLY_GONE) {
            return true;
        }
        boolean isSameStep = answer.step() == null
                || (answer.step().code() == code && answer.step().isAnsweredBy(reply, length));
        return outcome == answer.outcome() && isSameStep;
    }

    /** The state of a node after an index. */
    void onApplied(SimulatedNode node, long index, long hash) {
        if (!committed.isCommitted(node, index)) {
            return;
        }
        Long right = committed.of(node.replica().term().epoch()).hashAfter(index);
        Violation.check(
                right == null || right == hash,
                Check.SAME_STATE,
                () -> "node " + node.number + " has another state after index " + index + " than its log makes");
    }

    // ---- what a submitter is told

    void onTold(SimulatedNode node, Attempt attempt, Reply reply) {
        if (reply.outcome() == Outcome.UNKNOWN) {
            return;
        }
        Violation.check(
                reply.index() > 0 && reply.term() > 0 && reply.reached() != Ack.NONE,
                Check.ANSWER,
                () -> "node " + node.number + " tells " + reply.outcome() + " of " + attempt + ", and not where");
        boolean isLocal = reply.outcome() == Outcome.ACCEPTED;
        Violation.check(
                isLocal == (Ack.LOCAL_FLUSHED.includes(attempt.ack()) && isLocal),
                Check.ANSWER,
                () -> "node " + node.number + " tells " + reply.outcome() + " of " + attempt);
        if (reply.reached().includes(Ack.QUORUM_APPENDED)) {
            checkCommitted(node, attempt, reply);
        }
        if (node.isRunning()) {
            cluster.oracle.onTold(node, reply.index(), reply.term(), reply.reached());
        }
    }

    private void checkCommitted(SimulatedNode node, Attempt attempt, Reply reply) {
        long epoch = reply.position().epoch();
        FrameRef frame = cluster.oracle.history(epoch).holding(reply.index());
        Violation.check(
                frame != null && frame.term() == reply.term(),
                Check.NOTHING_LOST,
                () -> "node " + node.number + " tells that " + attempt + " is committed at " + reply.position()
                        + ", where " + frame + " is");
        SequentialModel.Answer answer = committed.of(epoch).answer(reply.index());
        if (answer == null) {
            return;
        }
        boolean isOfIt = answer.step() == null || answer.step().attempt() == attempt.number();
        Violation.check(
                isOfIt
                        && isSame(
                                answer,
                                reply.outcome(),
                                reply.code(),
                                reply.payload(),
                                reply.payload().capacity()),
                Check.ANSWER,
                () -> "node " + node.number + " tells " + reply.outcome() + " of " + attempt + " at " + reply.position()
                        + ", where " + answer + " is right");
    }

    // ---- in the end

    /** Byte by byte. */
    void checkStates() {
        SimulatedNode first = null;
        for (SimulatedNode each : cluster.nodes) {
            boolean hasState = each.isRunning()
                    && cluster.plan.founders().get(each.number - 1).kind() != MemberKind.WITNESS;
            if (hasState && first == null) {
                first = each;
            } else if (hasState) {
                SimulatedNode other = first;
                Violation.check(
                        Arrays.equals(other.engine().stateBytes(), each.engine().stateBytes()),
                        Check.SAME_STATE,
                        () -> "nodes " + other.number + " and " + each.number + " have other sessions");
            }
        }
    }
}
