package dev.lockstep.engine.replica;

import dev.lockstep.engine.MemberKind;
import java.util.Arrays;

/** What the other members have said lately, taken together. Owned by the primary's thread. */
final class Voices {
    private final Core core;
    private final Standbys standbys;
    private final long[] rounds = new long[dev.lockstep.transport.Transport.MAX_NODE + 1];

    Voices(Core core, Standbys standbys) {
        this.core = core;
        this.standbys = standbys;
    }

    /** This node did nothing for a while: that nobody was heard is its own fault. */
    void forgive() {
        for (Standby standby : standbys.all()) {
            standby.heardNs = Math.max(standby.heardNs, core.turn.graceNs());
        }
    }

    /** @return whether more than half of the voters were heard lately, this one included */
    boolean isMajorityHeard() {
        Config config = core.config();
        int heard = countsSelf() ? 1 : 0;
        Standby[] all = standbys.all();
        for (int i = 0; i < all.length; i++) {
            Standby standby = all[i];
            boolean isVoter = standby.kind != MemberKind.OBSERVER && config.at(standby.node) != null;
            heard += isVoter && !core.turn.isSilent(standby.heardNs) ? 1 : 0;
        }
        return heard >= core.majority();
    }

    private boolean countsSelf() {
        return core.isDataNode();
    }

    /** @return the last round that more than half of the voters have confirmed */
    long confirmedRound(long ownRound) {
        Config config = core.config();
        int count = 0;
        rounds[count++] = ownRound;
        Standby[] all = standbys.all();
        for (int i = 0; i < all.length; i++) {
            Standby standby = all[i];
            if (standby.kind != MemberKind.OBSERVER && config.at(standby.node) != null) {
                rounds[count++] = standby.confirmedRound;
            }
        }
        Arrays.sort(rounds, 0, count);
        int majority = core.majority();
        return majority > count ? 0 : rounds[count - majority];
    }

    /** @return the last index that every data node in the live stream holds, this one aside */
    long heldByAllLive(boolean onDevices) {
        long held = Long.MAX_VALUE;
        for (Standby standby : standbys.all()) {
            if (standby.kind == MemberKind.VOTER && standby.isLive()) {
                held = Math.min(held, onDevices ? standby.flushedIndex : standby.matchedIndex);
            }
        }
        return held;
    }
}
