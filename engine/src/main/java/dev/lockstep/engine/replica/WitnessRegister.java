package dev.lockstep.engine.replica;

import dev.lockstep.engine.replica.VoteRules.Answer;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.Register;
import dev.lockstep.storage.ballot.RegisterStore;
import java.util.List;

/**
 * Whom a witness elects: those whom a primary of a term not older than its own has named, which hold all that was
 * committed (PROTOCOL G, safety 27). Owned by the replica's thread.
 */
final class WitnessRegister {
    private final RegisterStore store;
    private final boolean isWitness;
    private Register register;

    WitnessRegister(RegisterStore store, boolean isWitness) {
        this.store = store;
        this.isWitness = isWitness;
        RegisterStore.Reading reading = isWitness ? store.read() : null;
        boolean isSound = reading != null && reading.state() == RegisterStore.State.SOUND;
        this.register = isSound ? reading.register() : null;
    }

    boolean isWitness() {
        return isWitness;
    }

    /** The cluster is born, or an epoch founded: each of its data nodes has all that was committed until then. */
    void begin(Term term, Config config) {
        List<Member> data = config.dataNodes();
        Identity second = data.size() > 1 ? data.get(1).identity() : Identity.NONE;
        write(new Register(term.epoch(), term.number(), 0, data.get(0).identity(), second));
    }

    /** A primary names others; forced when this returns. Of two that it sent, the later one stands. */
    void onWritten(Register next) {
        if (register == null || isNews(next)) {
            write(next);
        }
    }

    private boolean isNews(Register next) {
        return next.isNewerThan(register);
    }

    /** @return whether that is what stands in it */
    boolean holds(Register written) {
        return written.equals(register);
    }

    private void write(Register next) {
        store.write(next);
        register = next;
    }

    Answer answer(Candidacy candidacy, Term term, Identity votedFor, boolean hearsPrimary) {
        if (candidacy.term().epoch() != term.epoch()) {
            return Answer.OTHER_EPOCH;
        }
        if (!mayElect(candidacy.identity())) {
            return Answer.NO_CANDIDATE;
        }
        int order = candidacy.term().compareTo(term);
        if (order < 0 || (order == 0 && candidacy.isPreVote())) {
            return Answer.OLD_TERM;
        }
        if (hearsPrimary && !candidacy.isLicensed()) {
            return Answer.PRIMARY_IS_HEARD;
        }
        boolean hasVoted = order == 0 && votedFor.isPresent() && !votedFor.equals(candidacy.identity());
        return hasVoted ? Answer.VOTED_FOR_ANOTHER : Answer.GRANTED;
    }

    private boolean mayElect(Identity candidate) {
        return register != null && register.names(candidate);
    }
}
