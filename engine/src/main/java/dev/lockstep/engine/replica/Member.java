package dev.lockstep.engine.replica;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.storage.Identity;
import java.util.Objects;

/**
 * One node of the cluster. The node's number is its place, the identity who fills it: a node with a new disk is another
 * member at the same place.
 *
 * @param node its number
 * @param identity its journal; a witness has one too, for its ballot
 * @param kind what it counts for
 * @param address where it is, as users write it
 */
public record Member(int node, Identity identity, MemberKind kind, String address) {
    /** Refuses what no member can be. */
    public Member {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(address, "address");
        if (node < 0) {
            throw new IllegalArgumentException("a node's number is not negative, as " + node + " is");
        }
        if (!identity.isPresent()) {
            throw new IllegalArgumentException("node " + node + " is a member without an identity");
        }
    }

    /** @return whether it keeps the log and counts for it */
    public boolean isDataNode() {
        return kind == MemberKind.VOTER;
    }

    /** @return whether it keeps the log, whatever it counts for */
    public boolean keepsLog() {
        return kind != MemberKind.WITNESS;
    }

    /** @return whether it elects */
    public boolean isVoter() {
        return kind != MemberKind.OBSERVER;
    }
}
