package dev.lockstep.engine.simulated;

import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.journal.FlushListener;
import java.util.Map;
import java.util.WeakHashMap;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bind.annotation.Argument;
import net.bytebuddy.implementation.bind.annotation.FieldValue;
import net.bytebuddy.implementation.bind.annotation.This;

/** What mutants of the storage under a replica do: it claims more than it has. */
@SuppressWarnings("unused") // by name, and in bytecode
final class WrongPorts {
    /** Up to where a journal says that it is flushed, though it is not. */
    private static final Map<SimulatedJournal, Long> CLAIMED = new WeakHashMap<>();

    private WrongPorts() {}

    // ---- instead of methods

    /** A flush that began before a cut proves as much as any. */
    static void flushWhateverWasCut(
            @This SimulatedJournal journal,
            @FieldValue("files") JournalFiles files,
            @FieldValue("generation") long generation,
            @FieldValue("listener") FlushListener listener,
            @Argument(0) SimulatedJournal.Flush flush) {
        if (flush.generation() == generation) {
            files.flush(flush.index());
        } else {
            CLAIMED.merge(journal, flush.index(), Math::max);
        }
        listener.onFlushed(generation, flush.index());
    }

    /** A force that has failed is tried again, and then succeeds: the kernel takes for clean what it could not write. */
    static void flushAgain(
            @This SimulatedJournal journal,
            @FieldValue("files") JournalFiles files,
            @FieldValue("device") SimulatedDevice device,
            @FieldValue("generation") long generation,
            @FieldValue("listener") FlushListener listener,
            @Argument(0) SimulatedJournal.Flush flush) {
        if (device.takeForceFailure()) {
            files.forgetUnflushed();
            CLAIMED.put(journal, 0L);
        }
        if (flush.generation() != generation) {
            return;
        }
        if (CLAIMED.containsKey(journal)) {
            CLAIMED.merge(journal, flush.index(), Math::max);
        } else {
            files.flush(flush.index());
        }
        listener.onFlushed(generation, flush.index());
    }

    static long claimedIndex(@This SimulatedJournal journal, @FieldValue("files") JournalFiles files) {
        long claimed = Math.min(
                CLAIMED.getOrDefault(journal, 0L), files.content().last().index());
        return Math.max(files.durableIndex(), claimed);
    }

    // ---- instead of calls

    static Ballot same(Ballot ballot, boolean isDirty) {
        return ballot;
    }

    // ---- before methods

    /** A frame that the device refuses is lost in silence. */
    static final class SwallowRefusal {
        private SwallowRefusal() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(@Advice.FieldValue("device") SimulatedDevice device) {
            return device.takeAppendRefusal();
        }
    }

    // ---- after methods

    /** A ballot that may not be on the device is taken for written. */
    static final class SwallowFailedForce {
        private SwallowFailedForce() {}

        @Advice.OnMethodExit(onThrowable = StorageException.ForceFailed.class)
        static void exit(@Advice.Thrown(readOnly = false) Throwable failure) {
            failure = null;
        }
    }

    static final class DamageIsTornTail {
        private DamageIsTornTail() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) StartDecision decision) {
            decision = decision == StartDecision.SET_ASIDE_DAMAGE ? StartDecision.CUT_TORN_TAIL : decision;
        }
    }

    static final class DamageIsLostSuffix {
        private DamageIsLostSuffix() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) StartDecision decision) {
            decision = decision == StartDecision.SET_ASIDE_DAMAGE ? StartDecision.CUT_LOST_SUFFIX : decision;
        }
    }

    static final class TornTailIsDamage {
        private TornTailIsDamage() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) StartDecision decision) {
            decision = decision == StartDecision.CUT_TORN_TAIL ? StartDecision.SET_ASIDE_DAMAGE : decision;
        }
    }

    static final class LostSuffixIsDamage {
        private LostSuffixIsDamage() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) StartDecision decision) {
            decision = decision == StartDecision.CUT_LOST_SUFFIX ? StartDecision.SET_ASIDE_DAMAGE : decision;
        }
    }

    /** Snapshots were published, and never forced. */
    static final class LoseSnapshots {
        private LoseSnapshots() {}

        @Advice.OnMethodExit
        static void exit(@Advice.FieldValue("files") NodeFiles files) {
            files.snapshots().orphanBeyond(0);
        }
    }
}
