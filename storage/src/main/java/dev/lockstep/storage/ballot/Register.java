package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import java.util.Objects;

/**
 * Which data nodes a witness may elect, and who said so (PROTOCOL G). Every node named here has everything that was
 * committed. Immutable; it counts once {@link RegisterStore#write} has returned.
 *
 * @param epoch the epoch of the primary that wrote it
 * @param term the term of that primary
 * @param sequence which of that primary's registers it is
 * @param first a data node that may be elected
 * @param second the other one; nobody if it may not be elected
 */
public record Register(long epoch, long term, long sequence, Identity first, Identity second) {
    /** Refuses what no primary can have written. */
    public Register {
        Invariant.check(epoch >= 0, "a register's epoch is negative", 0, epoch);
        Invariant.check(term >= 0, "a register's term is negative", 0, term);
        Invariant.check(sequence >= 0, "a register's sequence number is negative", 0, sequence);
        Objects.requireNonNull(second, "second");
        Invariant.check(first.isPresent(), "a register that names nobody");
        Invariant.check(!first.equals(second), "a register that names one node twice");
    }

    /**
     * @param candidate whom the witness is asked to elect
     * @return whether it may
     */
    public boolean names(Identity candidate) {
        return candidate.isPresent() && (first.equals(candidate) || second.equals(candidate));
    }

    /**
     * @param other another register
     * @return whether this one was written later: by epoch, then term, then sequence number
     */
    public boolean isNewerThan(Register other) {
        if (epoch != other.epoch) {
            return epoch > other.epoch;
        }
        return term == other.term ? sequence > other.sequence : term > other.term;
    }
}
