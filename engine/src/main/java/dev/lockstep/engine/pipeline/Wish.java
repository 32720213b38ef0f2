package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import java.util.Objects;

/**
 * What a submitter waits for, in one number: the level, whether the replica is to say when that is reached, and whether the
 * applier is to bring a reply. Decided once, when the command is offered, so that all threads agree.
 */
final class Wish {
    private static final int RANK = 0xF;
    private static final int AWAITED = 0x10;
    private static final int SILENT = 0x20;

    private Wish() {}

    /** @throws IllegalArgumentException if nothing is waited for */
    static void requireLevel(Ack ack) {
        if (Objects.requireNonNull(ack, "ack") == Ack.NONE) {
            throw new IllegalArgumentException("ack is NONE; name the level to wait for, as QUORUM_APPENDED");
        }
    }

    /**
     * @param isAsync whether commands are applied ahead of the commit, as far as the submitter knows
     * @return what is waited for
     */
    static int of(Ack ack, boolean isAsync) {
        boolean isLocal = Ack.LOCAL_FLUSHED.includes(ack);
        boolean isKnownByReply = ack == (isAsync ? Ack.LOCAL_APPENDED : Ack.QUORUM_APPENDED);
        return ack.rank() | (isKnownByReply ? 0 : AWAITED) | (isLocal && !isAsync ? SILENT : 0);
    }

    static Ack ack(int wish) {
        return Ack.of(wish & RANK);
    }

    /** @return whether the replica says when the level is reached; if not, the reply itself does */
    static boolean isAwaited(int wish) {
        return (wish & AWAITED) != 0;
    }

    /** @return whether no reply comes */
    static boolean isSilent(int wish) {
        return (wish & SILENT) != 0;
    }
}
