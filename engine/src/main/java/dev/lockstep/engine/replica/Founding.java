package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.FrameEncoder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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
    /** Of those who hold what is required. */
    private final Map<Integer, Holding> holders = new TreeMap<>();

    private List<Integer> lost = List.of();
    /** The configuration whose voters are left. */
    private Config basis;

    private Phase phase = Phase.NONE;
    /** Whoever goes on must hold this: somebody who is left knows that it is committed. */
    private FrameRef required = FrameRef.ORIGIN;

    private int successor = Duty.NOBODY;
    private long askedNs;
    private long untilNs;

    /** How far it has come. */
    private enum Phase {
        NONE,
        /** Those who are left are asked what they have. */
        ASKING,
        /** Another one has the best log, and is to found the epoch. */
        DELEGATED
    }

    Founding(Core core, Stage stage, UnbornEpoch unborn) {
        this.core = core;
        this.stage = stage;
        this.unborn = unborn;
    }

    /** @return whether this node has no part in elections, for it founds an epoch */
    boolean isUnderWay() {
        return phase == Phase.ASKING || unborn.isExpected();
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
        core.promises.promise(core.promises.term().number() + TERMS_OF_AN_EPOCH, core.identity());
        phase = Phase.ASKING;
        stage.follow();
        untilNs = core.turn.nowNs() + PATIENCE_TIMEOUTS * core.turn.electionTimeoutNs();
        ask(core.committed());
        onTick();
    }

    /** Asks everybody, from now on, what he has, and whether he holds that. */
    private void ask(FrameRef committed) {
        required = committed;
        awaited.clear();
        awaited.addAll(survivors);
        awaited.remove(core.self());
        holders.clear();
        Holding own = holding(required);
        if (own.isHeld()) {
            holders.put(core.self(), own);
        }
        askedNs = core.turn.nowNs() - core.turn.electionTimeoutNs();
    }

    private Holding holding(FrameRef mustHold) {
        return new Holding(mustHold, core.holdsCommitted(mustHold), core.committed(), core.logEpoch(), core.log.last());
    }

    void onTick() {
        switch (phase) {
            case ASKING -> askOrDecide();
            case DELEGATED -> delegate();
            case NONE -> {
                // nobody has asked for an epoch
            }
        }
    }

    private void askOrDecide() {
        if (core.turn.nowNs() >= untilNs) {
            fail("nodes " + awaited + " did not answer");
        } else if (!core.promises.votedFor().equals(core.identity())) {
            fail("another node asked for more");
        } else if (awaited.isEmpty()) {
            decide();
        } else if (isDueAgain()) {
            for (int node : awaited) {
                if (core.peers.isUp(node)) {
                    core.outbox.promiseRequest(node, core.promises.term().number(), required);
                }
            }
        }
    }

    private boolean isDueAgain() {
        boolean isDue = core.turn.nowNs() - askedNs >= core.turn.electionTimeoutNs();
        askedNs = isDue ? core.turn.nowNs() : askedNs;
        return isDue;
    }

    private void fail(String reason) {
        phase = Phase.NONE;
        core.listener.onPromotionFailed(reason);
    }

    /** Somebody else founds one, or asks this node for its promise to. */
    void onRequest(int from, long asked, FrameRef mustHold) {
        boolean isInPlace = Term.isPossible(core.promises.term().epoch(), asked)
                && !stage.duty().hearsPrimary()
                && !unborn.isExpected();
        if (!isInPlace) {
            return;
        }
        if (asked > core.promises.term().number()) {
            core.promises.promise(asked, core.peers.identity(from));
            if (phase == Phase.ASKING) {
                fail("another node asked for more");
            }
            stage.follow();
        }
        boolean isPromised = asked == core.promises.term().number()
                && core.promises.votedFor().equals(core.peers.identity(from));
        if (isPromised) {
            core.outbox.promiseReply(from, asked, holding(mustHold));
        }
    }

    void onReply(int from, long asked, Holding holding) {
        boolean isAwaited = phase == Phase.ASKING
                && asked == core.promises.term().number()
                && holding.mustHold().equals(required)
                && core.peers.isNamed(from, basis)
                && awaited.remove(from);
        if (isAwaited && holding.committed().index() > required.index()) {
            ask(holding.committed());
        } else if (isAwaited && holding.isHeld()) {
            holders.put(from, holding);
        }
    }

    private void decide() {
        int best = holders.containsKey(core.self()) ? core.self() : Duty.NOBODY;
        for (Map.Entry<Integer, Holding> each : holders.entrySet()) {
            if (best == Duty.NOBODY || each.getValue().isBetterThan(holders.get(best))) {
                best = each.getKey();
            }
        }
        if (best == Duty.NOBODY) {
            fail("nobody holds index " + required.index() + ", which was committed");
        } else if (best == core.self()) {
            phase = Phase.NONE;
            found();
        } else {
            phase = Phase.DELEGATED;
            successor = best;
            askedNs = core.turn.nowNs() - core.turn.electionTimeoutNs();
            delegate();
        }
    }

    /** Until that one asks this node for its promise, and so is on its way. */
    private void delegate() {
        if (!core.promises.votedFor().equals(core.identity())) {
            phase = Phase.NONE;
        } else if (core.turn.nowNs() >= untilNs) {
            fail("node " + successor + ", which has the best log, did not found it");
        } else if (isDueAgain()) {
            core.outbox.promoteThere(successor, basis, lost);
        }
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
