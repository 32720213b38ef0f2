package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.transport.Transport;
import java.util.Arrays;

/**
 * Where one epoch ends and another begins for this node: it yields to one whose lineage contains its own, and to no other
 * (PROTOCOL H, safety 28). Owned by the replica's thread.
 */
final class Epochs {
    private final Core core;
    private final Stage stage;
    private final Cutter cutter;
    private final WitnessRegister register;
    private final UnbornEpoch unborn;
    private final SnapshotFetcher fetcher;
    private final long[] toldNs = new long[Transport.MAX_NODE + 1];

    Epochs(
            Core core,
            Stage stage,
            Cutter cutter,
            WitnessRegister register,
            UnbornEpoch unborn,
            SnapshotFetcher fetcher) {
        this.core = core;
        this.stage = stage;
        this.cutter = cutter;
        this.register = register;
        this.unborn = unborn;
        this.fetcher = fetcher;
        Arrays.fill(toldNs, core.turn.nowNs() - core.turn.heartbeatNs());
    }

    /** Somebody is of another epoch: says what this node's is, and not more often than it beats. */
    void tell(int node) {
        if (core.turn.nowNs() - toldNs[node] < core.turn.heartbeatNs()) {
            return;
        }
        toldNs[node] = core.turn.nowNs();
        core.outbox.epochNotice(node, core.configs.isEmpty() ? null : core.configs.newest());
    }

    /** A link with somebody of another epoch came up: a fork shows as soon as the two meet. */
    void onMet(int node) {
        toldNs[node] = core.turn.nowNs() - core.turn.heartbeatNs();
        tell(node);
    }

    /** Somebody of another epoch knows no configuration, and so cannot say what it descends from. */
    void onBareNotice(int from, Term senderTerm) {
        if (!core.configs.isEmpty()
                && senderTerm.epoch() <= core.promises.term().epoch()) {
            tell(from);
        }
    }

    /**
     * @param senderTerm of the one who says it
     * @param notice its configuration
     */
    void onNotice(int from, Term senderTerm, PlacedConfig notice) {
        Config config = notice.config();
        Term mine = core.promises.term();
        if (!config.clusterId().equals(core.promises.clusterId()) || config.epoch() != senderTerm.epoch()) {
            if (config.epoch() < mine.epoch()) {
                tell(from);
            }
            return;
        }
        if (config.epoch() > mine.epoch()) {
            Fork fork = config.forkOf(mine.epoch());
            if (fork != null) {
                if (!unborn.giveUp("another epoch was founded")) {
                    return; // it is cut as soon as there is room; then this node asks for votes, and is told again
                }
                yieldTo(new Term(config.epoch(), Math.max(mine.number(), senderTerm.number())), fork, notice);
            } else {
                core.remark("node " + from + " is of epoch " + config.epoch() + ", which does not name epoch "
                        + mine.epoch()
                        + " of this node among those that it descends from: the cluster has forked, and the two never"
                        + " merge by themselves, unless a node of an epoch between them comes back");
            }
        } else if (config.epoch() == mine.epoch() && core.promises.isYielding()) {
            finishYielding(
                    core.config() == null ? null : config.forkOf(core.config().epoch()), config);
        } else if (config.epoch() < mine.epoch()) {
            tell(from);
        }
    }

    private void yieldTo(Term term, Fork fork, PlacedConfig notice) {
        if (register.isWitness()) {
            // In this order: of those whom the new register names nobody asks for votes in the epoch before. Whom the
            // old
            // one names may lack what is committed in the new epoch, and must not be elected there.
            register.begin(term, notice.config());
            core.promises.raise(term);
        } else if (core.promises.hasPromised(fork.foundingTerm(), fork.founder()) && isComparable(fork)) {
            goOver(term, fork, notice.config().lastFork());
        } else {
            fetcher.drop();
            core.promises.beginToYield(term);
            stage.follow();
            finishYielding(fork, notice.config());
        }
        stage.follow();
        core.listener.onIntroduction(core.promises.clusterId(), term.epoch());
    }

    /**
     * Two logs meet where both have something to compare. One that begins behind a snapshot, and does not lead to the fork,
     * may have begun on a branch that the founder was never on: the founder may have gone over to this epoch, and got
     * nothing of it.
     */
    private boolean isComparable(Fork fork) {
        return core.log.base().index() == 0 || core.log.holds(fork.last());
    }

    /**
     * What this node knows to be committed is in the founder's log, which was the best of those who were left; for the rest
     * the two logs meet as any two do. What may be done in either epoch is done before the ballot says which it is.
     */
    private void goOver(Term term, Fork fork, Fork founding) {
        fetcher.orphanBeyond(fork.lastIndex());
        core.commit.yieldTo(fork.lastIndex());
        core.promises.goOver(term, founding.lastIndex() + 1, founding.foundingTerm());
    }

    /**
     * What lies beyond the fork was never part of this epoch. If this node's log does not lead to the fork, nothing of it is
     * known to be of this epoch: it stays, and meets the primary's as any two logs meet; but a log that begins behind a
     * snapshot cannot be told apart from another one. Where there is no room, and after a crash before the end, it begins
     * anew with the next notice.
     *
     * @param fork where the epoch ended in which the log was written; null if that is not known
     * @param next a configuration of the epoch to which this node yields
     */
    private void finishYielding(Fork fork, Config next) {
        boolean isThereRoom = true;
        if (fork != null && core.log.holds(fork.last())) {
            isThereRoom = cutBeyond(fork.lastIndex());
        } else if (core.log.base().index() == 0) {
            doubtAll();
        } else {
            isThereRoom = beginAnew();
        }
        if (isThereRoom && next.lineage().isEmpty()) {
            core.beWhole(); // it never acknowledged anything, and there was never another epoch
        } else if (isThereRoom) {
            Fork founding = next.lastFork();
            core.promises.beWhole(founding.lastIndex() + 1, founding.foundingTerm());
        }
    }

    /**
     * Who is no member of the epoch to which this node yields may say nothing by himself, and this node may not know any more
     * who told it of that: so it asks all who are there. The answer, a notice, has it try again.
     */
    void onTick() {
        if (!core.promises.isYielding() || !core.promises.isBorn()) {
            return;
        }
        for (int node = 0; node < toldNs.length; node++) {
            if (core.peers.isUp(node)) {
                tell(node);
            }
        }
    }

    private void doubtAll() {
        core.snapshots.orphanBeyond(0);
        core.commit.yieldTo(0);
        core.listener.onRolledBack(0);
    }

    /** @return false if there is no room for the note of it now */
    private boolean cutBeyond(long fork) {
        fetcher.orphanBeyond(fork);
        if (!isStateThere()) {
            return beginAnew();
        }
        core.commit.yieldTo(fork);
        return core.log.lastIndex() == fork || cutter.cutFrom(fork + 1);
    }

    /** @return whether there is a snapshot behind which the log begins, if it begins behind one */
    private boolean isStateThere() {
        SnapshotManifest newest = core.snapshots.newest();
        long base = core.log.base().index();
        return base == 0 || (newest != null && newest.last().index() >= base);
    }

    /** @return false if there is no room for the note of it now */
    private boolean beginAnew() {
        core.commit.yieldTo(0);
        boolean isAnythingThere = core.log.lastIndex() > 0;
        if (isAnythingThere
                && !cutter.startAfter(FrameRef.ORIGIN, core.log.base().index() + 1)) {
            return false;
        }
        core.snapshots.orphanBeyond(0); // only now: a log may not begin behind a snapshot that is not there
        core.configs.clear();
        core.listener.onRolledBack(0);
        return true;
    }
}
