package dev.lockstep.engine.replica;

import dev.lockstep.engine.Role;

/** Tells the listener of the node's role and term, whenever one of them is another one. Owned by the replica's thread. */
final class RoleNews {
    private final Core core;
    private Role told;
    private Term toldTerm;
    private Config lookedAt;

    RoleNews(Core core) {
        this.core = core;
    }

    void tell(Duty duty) {
        Role role = duty.role();
        Term term = core.promises.term();
        if (role != told || !term.equals(toldTerm)) {
            told = role;
            toldTerm = term;
            core.listener.onRole(role, term);
        }
    }

    /** A node is a standby or an observer by its configuration. */
    @SuppressWarnings("ReferenceEquality") // that very object was looked at
    void tellIfConfigIsNew(Duty duty) {
        if (core.config() != lookedAt) {
            lookedAt = core.config();
            tell(duty);
        }
    }
}
