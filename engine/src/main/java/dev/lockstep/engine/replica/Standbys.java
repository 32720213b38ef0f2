package dev.lockstep.engine.replica;

import dev.lockstep.transport.Transport;
import java.util.ArrayList;
import java.util.List;

/** The other members, as the primary's configurations name them. Owned by the replica's thread. */
final class Standbys {
    private final Core core;
    private final Standby[] byNode = new Standby[Transport.MAX_NODE + 1];
    private Standby[] all = {};

    Standbys(Core core) {
        this.core = core;
    }

    /** @return those whom it was right to send something to until now, and will be: an array that nobody changes */
    Standby[] all() {
        return all;
    }

    /** @return whether anybody says something of its state, or may */
    boolean areCompared() {
        boolean areCompared = core.applying.maySumUp();
        for (Standby each : all) {
            areCompared |= each.checkpoints.newestIndex() > 0;
        }
        return areCompared;
    }

    /** @return null if it is no member */
    Standby at(int node) {
        return node >= 0 && node < byNode.length ? byNode[node] : null;
    }

    /** @return null unless the one who is there now is the member */
    Standby current(int node) {
        Standby standby = at(node);
        return standby != null && isNamed(standby) ? standby : null;
    }

    private boolean isNamed(Standby standby) {
        return core.peers.isCurrent(standby.node, standby.identity);
    }

    /** Another configuration is in force, or committed: who is no member by any of them is let go. */
    void onConfigs() {
        Standby[] before = all;
        List<Standby> next = new ArrayList<>();
        for (int node = 0; node < byNode.length; node++) {
            Member member = memberAt(node);
            Standby standby = byNode[node];
            boolean isSame = member != null
                    && standby != null
                    && standby.identity.equals(member.identity())
                    && standby.kind == member.kind();
            if (!isSame) {
                Standby fresh = member == null || node == core.self() ? null : new Standby(member, core.turn.nowNs());
                if (fresh != null && standby != null && standby.identity.equals(fresh.identity)) {
                    carryOver(standby, fresh);
                }
                byNode[node] = fresh;
            }
            if (byNode[node] != null) {
                next.add(byNode[node]);
            }
        }
        all = next.toArray(Standby[]::new);
        for (Standby each : before) {
            if (byNode[each.node] != each) {
                each.close();
            }
        }
    }

    /** It counts for something else from now on, and stands where it stood. */
    private static void carryOver(Standby from, Standby to) {
        to.start = from.start;
        to.matchedIndex = from.matchedIndex;
        to.remember(from.rememberedIndex);
        to.flushedIndex = from.flushedIndex;
        to.isWhole = from.isWhole;
        to.stateMachineVersion = from.stateMachineVersion;
        to.heardNs = from.heardNs;
        to.pace(from.isLive() ? Standby.Pace.LIVE : Standby.Pace.PROBE);
        to.sendFrom(from.nextIndex, from.sentTerm);
        to.probe = from.probe;
    }

    /** @return who is there by the configuration in force, or was by one that may still be */
    private Member memberAt(int node) {
        List<PlacedConfig> configs = core.configs.all();
        for (int i = configs.size() - 1; i >= 0; i--) {
            Member member = configs.get(i).config().at(node);
            if (member != null) {
                return member;
            }
        }
        return null;
    }

    void close() {
        for (Standby each : all) {
            each.close();
        }
    }
}
