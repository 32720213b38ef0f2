package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An operator founds an epoch, the one act that may lose history: those who are left promise to act in no older term, the
 * best log among theirs goes on, and everything that follows shows where it forked (PROTOCOL H, safety 28). Owned by the
 * replica's thread.
 */
final class Founding {
    private static final int EPOCH_SHIFT = 32;
    private static final long TERMS_OF_AN_EPOCH = 1L << EPOCH_SHIFT;
    private static final int PATIENCE_TIMEOUTS = 20;

    private final Core core;
    private final Stage stage;
    private final Set<Integer> survivors = new HashSet<>();
    private final Set<Integer> awaited = new HashSet<>();
    private List<Integer> lost = List.of();
    /** The configuration whose voters are left. */
    private Config basis;

    private boolean isAsking;
    private int best;
    private FrameRef bestLast;
    private long askedNs;
    private long untilNs;
    private long foundedIndex;
    private FrameRef founded;
    private long foundedEpoch;
    private long parentEpoch;

    Founding(Core core, Stage stage) {
        this.core = core;
        this.stage = stage;
    }

    /** @return whether this node has no part in elections, for it founds an epoch */
    boolean isUnderWay() {
        return isAsking || foundedIndex > 0;
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
        bestLast = core.log.last();
        core.promises.promise(core.promises.term().number() + TERMS_OF_AN_EPOCH, core.identity());
        isAsking = true;
        stage.follow();
        untilNs = core.turn.nowNs() + PATIENCE_TIMEOUTS * core.turn.electionTimeoutNs();
        askedNs = core.turn.nowNs() - core.turn.electionTimeoutNs();
        onTick();
    }

    void onTick() {
        if (foundedIndex > 0) {
            finish();
        } else if (isAsking) {
            askOrDecide();
        }
    }

    private void askOrDecide() {
        boolean isStillMine = core.promises.votedFor().equals(core.identity());
        if (!isStillMine || core.turn.nowNs() >= untilNs) {
            isAsking = false;
            core.remark("no epoch was founded: "
                    + (isStillMine ? "nodes " + awaited + " did not answer" : "another node asked for more"));
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
        if (stage.duty().hearsPrimary() || foundedIndex > 0) {
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
            core.outbox.promiseReply(from, asked, core.log.last());
        }
    }

    void onReply(int from, long asked, FrameRef last) {
        boolean isAwaited = isAsking
                && asked == core.promises.term().number()
                && core.peers.isNamed(from, basis)
                && awaited.remove(from);
        if (isAwaited && VoteRules.isOlder(bestLast, last)) {
            best = from;
            bestLast = last;
        }
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
        long epoch = core.promises.term().epoch();
        parentEpoch = epoch;
        long random = core.turn.nextRandom(Integer.MAX_VALUE);
        foundedEpoch = (((epoch >>> EPOCH_SHIFT) + 1) << EPOCH_SHIFT) + random;
        Fork fork = new Fork(epoch, core.log.last(), core.promises.term().number(), core.identity());
        Config config = basis.founding(foundedEpoch, fork, survivors);
        FrameEncoder encoder = new FrameEncoder(Frame.HEADER_LENGTH, 64 << 10);
        encoder.start(FrameType.CONFIG)
                .term(core.promises.term().number())
                .after(core.log.last())
                .clusterTimeNs(core.log.lastTimeNs())
                .stateMachineVersion(config.stateMachineVersion());
        Sequencer.encode(config, encoder);
        encoder.seal();
        if (!core.log.reserve(encoder.length())) {
            core.remark("no epoch was founded: there is no room in the journal; try again");
            return;
        }
        PlacedConfig placed =
                new PlacedConfig(encoder.lastIndex(), core.promises.term().number(), config);
        core.beforeConfig(placed);
        core.log.append(encoder.buffer(), 0, encoder.length());
        founded = core.log.last();
        foundedIndex = core.log.lastIndex();
        core.commit.yieldTo(foundedIndex - 1); // what was committed beyond, and is lost here, is not of this epoch
        core.onConfigAppended(placed);
    }

    /** The frame that founds the epoch is committed by definition, once it is on the device. */
    private void finish() {
        boolean isStillMine = core.promises.term().equals(new Term(parentEpoch, founded.term()));
        if (!isStillMine || !core.log.holds(founded)) {
            foundedIndex = 0; // another term has begun meanwhile, and nobody was told of the epoch
            return;
        }
        if (core.log.flushedIndex() < foundedIndex) {
            return;
        }
        core.promises.found(foundedEpoch);
        core.commitFounding(foundedIndex);
        foundedIndex = 0;
        core.listener.onIntroduction(core.promises.clusterId(), foundedEpoch);
        stage.follow();
        for (int node : survivors) {
            if (node != core.self() && core.peers.isUp(node)) {
                core.outbox.epochNotice(node, core.configs.newest());
            }
        }
        stage.campaign(false);
    }
}
