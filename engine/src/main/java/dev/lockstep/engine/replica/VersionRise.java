package dev.lockstep.engine.replica;

import java.util.List;

/**
 * Sees whether all data nodes support a higher version of the state machine than the one that is active. Owned by the
 * primary's thread.
 */
final class VersionRise {
    private final Core core;
    private final Standbys standbys;

    VersionRise(Core core, Standbys standbys) {
        this.core = core;
        this.standbys = standbys;
    }

    /** @return the version that should be active; the one that is, if a data node supports no higher one, or is not there */
    int wanted() {
        int active = core.config().stateMachineVersion();
        int supported = core.settings.stateMachineVersion();
        List<Member> members = core.config().members();
        for (int i = 0; i < members.size() && supported > active; i++) {
            supported = Math.min(supported, supportedBy(members.get(i)));
        }
        return Math.max(active, supported);
    }

    private int supportedBy(Member member) {
        boolean isAsked = member.isDataNode() && member.node() != core.self();
        if (!isAsked) {
            return Integer.MAX_VALUE;
        }
        Standby standby = standbys.current(member.node());
        return standby == null ? 0 : standby.stateMachineVersion;
    }
}
