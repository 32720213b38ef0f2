package dev.lockstep.engine.replica;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.storage.Identity;

/**
 * Keeps the witness from electing a data node that does not have all that was committed: before this node commits alone
 * the witness has forced that it elects nobody else, and before it may elect the other one again that one has all
 * (PROTOCOL G, safety 27). Owned by the primary's thread.
 */
final class WitnessLeash {
    private final Core core;
    private final Quorum quorum;
    private final Standbys standbys;
    private long sequence;
    private Identity wantedSecond = Identity.NONE;
    private boolean isWanted;
    private boolean isRegistered;
    private long saidNs;
    /** The witness that all this is about. */
    private Identity witness = Identity.NONE;

    WitnessLeash(Core core, Quorum quorum, Standbys standbys) {
        this.core = core;
        this.quorum = quorum;
        this.standbys = standbys;
    }

    /** @param noOpIndex the first index of this reign: what stands before it may have been committed in an earlier one */
    void onTick(long noOpIndex) {
        if (!core.hasWitness()) {
            quorum.alone(false);
            return;
        }
        Config config = core.config();
        Identity present = witnessOf(config);
        if (!present.equals(witness)) {
            witness = present; // another one has forced nothing yet
            isWanted = false;
            quorum.alone(false);
        }
        Standby other = other(config);
        if (other == null || isLost(other)) {
            want(Identity.NONE);
        } else if (holdsAll(other, noOpIndex)) {
            quorum.alone(false); // first both count again, then the witness may elect both
            want(other.identity);
        }
        if (isWanted && !isRegistered) {
            say(config);
        }
    }

    private static Identity witnessOf(Config config) {
        for (Member each : config.members()) {
            if (each.kind() == MemberKind.WITNESS) {
                return each.identity();
            }
        }
        return Identity.NONE;
    }

    private Standby other(Config config) {
        for (Member each : config.members()) {
            if (each.isDataNode() && each.node() != core.self()) {
                return standbys.at(each.node());
            }
        }
        return null;
    }

    private boolean isLost(Standby other) {
        return core.peers.isRefused(other.node)
                || core.turn.isSilent(other.heardNs)
                || (!other.isLive() && core.turn.isSilent(other.liveNs));
    }

    private boolean holdsAll(Standby other, long noOpIndex) {
        return other.isLive()
                && other.isWhole
                && !core.peers.isRefused(other.node)
                && heldBy(other) >= Math.max(core.commit.index(), noOpIndex);
    }

    private long heldBy(Standby other) {
        return core.isFlushedOnly() ? other.flushedIndex : other.matchedIndex;
    }

    private void want(Identity second) {
        if (!isWanted || !wantedSecond.equals(second)) {
            isWanted = true;
            isRegistered = false;
            wantedSecond = second;
            sequence++;
            saidNs = core.turn.nowNs() - core.turn.heartbeatNs();
        }
    }

    private void say(Config config) {
        if (core.turn.nowNs() - saidNs < core.turn.heartbeatNs()) {
            return;
        }
        saidNs = core.turn.nowNs();
        for (Member each : config.members()) {
            if (each.kind() == MemberKind.WITNESS) {
                core.outbox.registerWrite(each.node(), sequence, core.identity(), wantedSecond);
            }
        }
    }

    /** A witness whose disk was set back may have forgotten whom it must not elect. */
    void onRefused(int node) {
        Standby standby = standbys.at(node);
        if (standby != null && standby.kind == MemberKind.WITNESS) {
            isRegistered = false;
            quorum.alone(false);
        }
    }

    /** The witness has forced what this node wrote in this term. */
    void onRegistered(long writtenSequence) {
        if (isWanted && writtenSequence == sequence) {
            isRegistered = true;
            quorum.alone(!wantedSecond.isPresent());
        }
    }
}
