package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.FrameEncoder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An operator founds an epoch, the one act that may lose history: those who are left promise to act in no older term, the
 * best log among theirs goes on, and everything that follows shows where it forked (PROTOCOL H, safety 28). It begins as
 * an {@link UnbornEpoch}. Owned by the replica's thread.
 */
final class Founding {
    private static final int EPOCH_SHIFT = 32;
    private static final long TERMS_OF_AN_EPOCH = 1L << EPOCH_SHIFT;
    private static final int PATIENCE_TIMEOUTS = 20;

    private final Core core;
    private final Stage stage;
    private final UnbornEpoch unborn;
    private final Set<Integer> survivors = new HashSet<>();
    private final Set<Integer> awaited = new HashSet<>();
    private List<Integer> lost = List.of();
    /** The configuration whose voters are left. */
    private Config basis;

    private boolean isAsking;
    private int best;
    private long bestEpoch;
    private FrameRef bestLast;
    private long askedNs;
    private long untilNs;

    Founding(Core core, Stage stage, UnbornEpoch unborn) {
        this.core = core;
        this.stage = stage;
        this.unborn = unborn;
    }

    /** @return whether this node has no part in elections, for it founds an epoch */
    boolean isUnderWay() {
        return isAsking || unborn.isExpected();
    }

    /**
     * @param config whose voters the operator has in mind
     * @param missing those of them that he says are lost
     */
    void begin(Config config, List<Integer> missing) {
        basis = config;
        lost = List.copyOf(missing);
        survivors.clear();
        config.voters().forEach(each -> survivors.add(each.node()));
        survivors.removeAll(lost);
        awaited.clear();
        awaited.addAll(survivors);
        awaited.remove(core.self());
        best = core.self();
        bestEpoch = core.logEpoch();
        bestLast = core.log.last();
        core.promises.promise(core.promises.term().number() + TERMS_OF_AN_EPOCH, core.identity());
        isAsking = true;
        stage.follow();
        untilNs = core.turn.nowNs() + PATIENCE_TIMEOUTS * core.turn.electionTimeoutNs();
        askedNs = core.turn.nowNs() - core.turn.electionTimeoutNs();
        onTick();
    }

    void onTick() {
        if (isAsking) {
            askOrDecide();
        }
    }

    private void askOrDecide() {
        boolean isStillMine = core.promises.votedFor().equals(core.identity());
        if (!isStillMine || core.turn.nowNs() >= untilNs) {
            isAsking = false;
            core.listener.onPromotionFailed(
                    isStillMine ? "nodes " + awaited + " did not answer" : "another node asked for more");
        } else if (awaited.isEmpty()) {
            decide();
        } else if (core.turn.nowNs() - askedNs >= core.turn.electionTimeoutNs()) {
            askedNs = core.turn.nowNs();
            for (int node : awaited) {
                if (core.peers.isUp(node)) {
                    core.outbox.promiseRequest(node, core.promises.term().number());
                }
            }
        }
    }

    /** Somebody else founds one, or asks this node for its promise to. */
    void onRequest(int from, long asked) {
        if (stage.duty().hearsPrimary() || unborn.isExpected()) {
            return;
        }
        if (asked > core.promises.term().number()) {
            core.promises.promise(asked, core.peers.identity(from));
            isAsking = false;
            stage.follow();
        }
        boolean isPromised = asked == core.promises.term().number()
                && core.promises.votedFor().equals(core.peers.identity(from));
        if (isPromised) {
            core.outbox.promiseReply(from, asked, core.logEpoch(), core.log.last());
        }
    }

    void onReply(int from, long asked, long logEpoch, FrameRef last) {
        boolean isAwaited = isAsking
                && asked == core.promises.term().number()
                && core.peers.isNamed(from, basis)
                && awaited.remove(from);
        if (isAwaited && isBetter(logEpoch, last)) {
            best = from;
            bestEpoch = logEpoch;
            bestLast = last;
        }
    }

    /** What was committed in an epoch stands in no log from before it, whatever its terms are. */
    private boolean isBetter(long logEpoch, FrameRef last) {
        return logEpoch != bestEpoch ? logEpoch > bestEpoch : VoteRules.isOlder(bestLast, last);
    }

    private void decide() {
        isAsking = false;
        if (best != core.self()) {
            core.outbox.promoteThere(best, basis, lost);
            return;
        }
        found();
    }

    /** @throws ReplicaLog.Damaged if there is something in the log that this node only believes to have */
    private void found() {
        core.log.verify();
        long term = core.promises.term().number();
        Fork fork = new Fork(core.promises.term().epoch(), core.log.last(), term, core.identity());
        Config config = basis.founding(nextEpoch(), fork, survivors);
        FrameEncoder encoder = ConfigFrames.make(config, term, core.log.last(), core.log.lastTimeNs());
        if (!core.log.reserve(encoder.length())) {
            core.listener.onPromotionFailed("there is no room in the journal; try again");
            return;
        }
        core.commit.yieldTo(core.log.lastIndex()); // what was committed beyond, and is lost here, is not of this epoch
        core.log.append(encoder.buffer(), 0, encoder.length());
        core.onConfigAppended(new PlacedConfig(encoder.lastIndex(), term, config));
        unborn.expect();
    }

    private long nextEpoch() {
        long ordinal = core.promises.term().epoch() >>> EPOCH_SHIFT;
        return ((ordinal + 1) << EPOCH_SHIFT) + core.turn.nextRandom(Integer.MAX_VALUE);
    }
}
