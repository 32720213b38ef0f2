package dev.lockstep.engine.simulated;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.ReadResult;
import dev.lockstep.storage.FrameRef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Reads at any node, at each level, and what they must see. */
final class EngineReads {
    private record Asked(
            SimulatedNode node,
            ReadConsistency consistency,
            long floor,
            long epoch,
            CompletableFuture<ReadResult<Long>> future) {}

    private final SimulatedCluster cluster;
    private final CommittedLogs committed;
    private final SplittableRandom random;
    private final List<Asked> asked = new ArrayList<>();
    /** What some reader was shown last, and hands on. */
    private Position token;

    private long answered;

    EngineReads(SimulatedCluster cluster, CommittedLogs committed, SplittableRandom random) {
        this.cluster = cluster;
        this.committed = committed;
        this.random = random;
    }

    long answered() {
        return answered;
    }

    void clear() {
        asked.clear();
        token = null;
    }

    /** Somebody was told of a command at that place. */
    void hear(Position position) {
        if (position.index() > 0 && random.nextInt(4) == 0) {
            token = position;
        }
    }

    void read(SimulatedNode node) {
        if (!node.isRunning() || node.isPaused()) {
            return;
        }
        ReadConsistency consistency = switch (random.nextInt(4)) {
            case 0 -> ReadConsistency.LOCAL;
            case 1 -> token == null ? ReadConsistency.LOCAL : ReadConsistency.atLeast(token);
            default -> ReadConsistency.LINEARIZABLE;
        };
        long floor = consistency == ReadConsistency.LINEARIZABLE
                ? cluster.oracle.readFloor(node)
                : consistency == ReadConsistency.LOCAL ? 0 : token.index();
        long epoch = consistency == ReadConsistency.LINEARIZABLE
                ? node.replica().term().epoch()
                : consistency == ReadConsistency.LOCAL ? 0 : token.epoch();
        asked.add(new Asked(node, consistency, floor, epoch, node.engine().read(consistency)));
    }

    void onDeath(SimulatedNode node) {
        asked.removeIf(each -> each.node() == node && !each.future().isDone());
    }

    /** Looks at what was answered in a turn, while what was known then is what is known. */
    void onTurn() {
        for (Iterator<Asked> all = asked.iterator(); all.hasNext(); ) {
            Asked each = all.next();
            if (each.future().isDone()) {
                all.remove();
                look(each);
            }
        }
    }

    private void look(Asked read) {
        try {
            ReadResult<Long> result = read.future().join();
            cluster.trace(read.node().number, "read", result.position().index());
            check(read, result);
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof EngineException)) {
                throw e;
            }
            checkRefusal(read, e.getCause());
        }
    }

    private void check(Asked read, ReadResult<Long> result) {
        Position position = result.position();
        boolean isSameEpoch = position.epoch() == read.epoch() || read.consistency() == ReadConsistency.LOCAL;
        Violation.check(
                !isSameEpoch || position.index() >= read.floor(),
                Check.FRESH_READS,
                () -> "a read " + read.consistency() + " at node " + read.node().number + " was answered at " + position
                        + ", and must see index " + read.floor());
        boolean isCommitted = position.index() == 0
                || isCommitted(position, position.epoch())
                || (read.node().isRunning()
                        && isCommitted(position, read.node().replica().term().epoch()));
        Violation.check(
                isCommitted || read.consistency() != ReadConsistency.LINEARIZABLE || !isSameEpoch,
                Check.FRESH_READS,
                () -> "a linearizable read at node " + read.node().number + " was answered at " + position
                        + ", which is not committed");
        if (position.index() == 0 || isCommitted(position, position.epoch())) {
            Long hash = committed.of(position.epoch()).hashAfter(position.index());
            Violation.check(
                    hash == null || hash.equals(result.value()),
                    Check.ANSWER,
                    () -> "a read " + read.consistency() + " at node " + read.node().number + " was answered at "
                            + position + " with another state than that one's");
        }
        answered++;
        if (random.nextInt(4) == 0 && (isCommitted || read.consistency().position() != null)) {
            token = position;
        }
    }

    private boolean isCommitted(Position position, long epoch) {
        FrameRef frame = cluster.oracle.history(epoch).holding(position.index());
        return frame != null && frame.term() == position.term();
    }

    /** A place that is committed is never said to be lost where the log reaches back so far. */
    private void checkRefusal(Asked read, Throwable refusal) {
        cluster.trace(
                read.node().number, "unread", refusal.getClass().getSimpleName().hashCode());
        if (!(refusal instanceof EngineException.PositionLost) || !read.node().isRunning()) {
            return;
        }
        Position position = read.consistency().position();
        SimulatedNode node = read.node();
        FrameRef frame = cluster.oracle.history(position.epoch()).holding(position.index());
        boolean isCommitted = frame != null
                && frame.term() == position.term()
                && node.replica().config() != null
                && node.replica().config().epoch() == position.epoch();
        Violation.check(
                !isCommitted || node.disk.base().index() >= position.index(),
                Check.FRESH_READS,
                () -> "node " + node.number + " says that " + position + " is lost, which is committed");
    }
}
