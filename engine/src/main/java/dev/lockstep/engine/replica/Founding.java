package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.FrameEncoder;
import java.util.List;

/**
 * An operator founds an epoch, the one act that may lose history: those who are left promise to act in no older term, the
 * best log among theirs goes on, and everything that follows shows where it forked (PROTOCOL H, safety 28). It begins as
 * an {@link UnbornEpoch}. Owned by the replica's thread.
 */
final class Founding {
    private static final int PATIENCE_TIMEOUTS = 20;

    private final Core core;
    private final Stage stage;
    private final UnbornEpoch unborn;
    private final SnapshotFetcher fetcher;
    /** Of the present attempt, or the last one. */
    private Survivors survivors;

    private Phase phase = Phase.NONE;
    private int successor = Duty.NOBODY;
    private long askedNs;
    private long untilNs;

    /** How far it has come. */
    private enum Phase {
        NONE,
        /** Those who are left are asked what they have. */
        ASKING,
        /** Another one has the best log, and is to found the epoch. */
        DELEGATED,
        /** That one is about to. */
        AWAITED
    }

    Founding(Core core, Stage stage, UnbornEpoch unborn, SnapshotFetcher fetcher) {
        this.core = core;
        this.stage = stage;
        this.unborn = unborn;
        this.fetcher = fetcher;
    }

    /** @return whether this node has no part in elections, for it founds an epoch */
    boolean isUnderWay() {
        return phase == Phase.ASKING || unborn.isExpected();
    }

    /** @return whether this node is about to hold more than its log says, and so can neither found an epoch nor help to */
    boolean isHeldUp() {
        return fetcher.isInstallDue();
    }

    /** @param missing those who the operator says are lost; of the others each voter must answer, and whoever is there */
    void begin(List<Integer> missing) {
        FrameRef committed = core.committed();
        core.promises.promise(nextTerm(), core.identity());
        stage.follow();
        fetcher.orphanBeyond(core.log.lastIndex()); // nothing is added to what this node holds any more
        survivors = new Survivors(core, missing, committed);
        phase = Phase.ASKING;
        beginToWait();
        askAtOnce();
        onTick();
    }

    /** One to which no campaign comes: whoever has promised it has no primary there that it might follow further. */
    private long nextTerm() {
        return Term.firstOfNextEpoch(core.promises.term().number());
    }

    private void beginToWait() {
        untilNs = core.turn.nowNs() + PATIENCE_TIMEOUTS * core.turn.electionTimeoutNs();
    }

    private void askAtOnce() {
        askedNs = core.turn.nowNs() - core.turn.electionTimeoutNs();
    }

    private Holding holding(FrameRef mustHold) {
        return new Holding(mustHold, core.holdsCommitted(mustHold), core.committed(), core.logEpoch(), core.log.last());
    }

    void onTick() {
        switch (phase) {
            case ASKING -> askOrDecide();
            case DELEGATED -> delegate();
            case AWAITED -> await();
            case NONE -> {
                // nobody has asked for an epoch
            }
        }
    }

    private void askOrDecide() {
        List<Integer> awaited = survivors.awaited();
        if (core.turn.nowNs() >= untilNs) {
            fail("nodes " + awaited + " did not answer");
        } else if (!isPromisedToItself()) {
            fail("another node asked for more");
        } else if (survivors.areOthersMeant()) {
            fail("the configuration has changed meanwhile; try again");
        } else if (awaited.isEmpty()) {
            decide();
        } else if (isDueAgain()) {
            for (int node : awaited) {
                if (core.peers.isUp(node)) {
                    core.outbox.promiseRequest(node, core.promises.term().number(), survivors.required());
                }
            }
        }
    }

    private boolean isPromisedToItself() {
        return core.promises.votedFor().equals(core.identity());
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
                && !unborn.isExpected()
                && !isHeldUp();
        if (!isInPlace) {
            return;
        }
        if (isNotPromised(asked)) {
            core.promises.promise(asked, core.peers.identity(from));
            stage.follow();
            if (phase == Phase.ASKING) {
                fail("another node asked for more");
            }
            fetcher.orphanBeyond(core.log.lastIndex()); // or more might be here in a moment than this node says
        }
        if (core.promises.isPromisedTo(asked, core.peers.identity(from))) {
            core.outbox.promiseReply(from, asked, holding(mustHold));
        }
    }

    /** It may have heard of that term from the founder before it is asked. */
    private boolean isNotPromised(long asked) {
        long number = core.promises.term().number();
        return asked > number || (asked == number && !core.promises.votedFor().isPresent());
    }

    void onReply(int from, long asked, Holding holding) {
        boolean isOfThis =
                phase == Phase.ASKING && asked == core.promises.term().number();
        if (isOfThis && survivors.onAnswer(from, holding)) {
            askAtOnce();
        }
    }

    private void decide() {
        int best = survivors.best(holding(survivors.required())); // it may have met damage while it waited
        if (best == Duty.NOBODY) {
            fail(survivors.whyNobody());
        } else if (best == core.self()) {
            phase = Phase.NONE;
            found();
        } else {
            phase = Phase.DELEGATED;
            successor = best;
            askAtOnce();
            delegate();
        }
    }

    /** Until that one asks this node for its promise, and so is on its way. */
    private void delegate() {
        if (!isPromisedToItself()) {
            phase = Phase.AWAITED;
            beginToWait();
        } else if (core.turn.nowNs() >= untilNs) {
            failForSuccessor();
        } else if (isDueAgain()) {
            core.outbox.promoteThere(successor, survivors.lost());
        }
    }

    private void await() {
        if (core.promises.term().epoch() != survivors.epoch()) {
            phase = Phase.NONE;
        } else if (core.turn.nowNs() >= untilNs) {
            failForSuccessor();
        }
    }

    private void failForSuccessor() {
        fail("node " + successor
                + ", which has the best log, did not found it; see there why, or name it among the lost");
    }

    /** @throws ReplicaLog.Damaged if there is something in the log that this node only believes to have */
    private void found() {
        verifyLog();
        long term = core.promises.term().number();
        Fork fork = new Fork(core.promises.term().epoch(), core.log.last(), term, core.identity());
        Config config = survivors.founding(nextEpoch(), fork);
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

    private void verifyLog() {
        try {
            core.log.verify();
        } catch (ReplicaLog.Damaged e) {
            core.listener.onPromotionFailed(e.getMessage() + ", and is mended first; try again then");
            throw e;
        }
    }

    private long nextEpoch() {
        return Term.nextEpoch(core.promises.term().epoch(), core.turn.nextRandom(Integer.MAX_VALUE));
    }
}
