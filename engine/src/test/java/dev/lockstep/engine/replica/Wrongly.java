package dev.lockstep.engine.replica;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.replica.LogMatch.Verdict;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.storage.frame.FrameEncoder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bind.annotation.Argument;
import net.bytebuddy.implementation.bind.annotation.FieldValue;

/** What mutants of the replica do where no constant would do: each method breaks one rule of safety. */
@SuppressWarnings("unused") // by name, and in bytecode
final class Wrongly {
    private Wrongly() {}

    // ---- instead of calls

    static long first(long one, long other) {
        return one;
    }

    /** A vote is only remembered, not written. */
    static void forgetVote(BallotStore store, Ballot next) {
        Ballot before = store.read().ballot();
        boolean isSameTerm = before.epoch() == next.epoch() && before.term() == next.term();
        store.write(withVote(next, isSameTerm ? before.votedFor() : Identity.NONE));
    }

    private static Ballot withVote(Ballot next, Identity vote) {
        return new Ballot(
                next.identity(),
                next.clusterId(),
                next.epoch(),
                next.term(),
                vote,
                next.startCounter(),
                next.dirty(),
                next.recovering(),
                next.configIndex(),
                next.configTerm());
    }

    /** A candidate only remembers that it has begun a term, and elected itself there. */
    static void forgetOwnVote(BallotStore store, Ballot next) {
        if (!next.votedFor().equals(next.identity())) {
            store.write(next);
        }
    }

    /** A newer term is only remembered, until something else is written. */
    static void forgetTerm(BallotStore store, Ballot next) {
        if (next.term() == store.read().ballot().term() || next.votedFor().isPresent()) {
            store.write(next);
        }
    }

    static boolean namesAnybody(Config config, int node, Identity identity) {
        return true;
    }

    /** What is appended passes for committed. */
    static PlacedConfig newest(Configs configs, long index) {
        return configs.newest();
    }

    /** Any other branch passes for the own one. */
    static Fork anyFork(Config config, long ancestor) {
        Fork fork = config.forkOf(ancestor);
        return fork != null || config.lineage().isEmpty()
                ? fork
                : config.lineage().get(0);
    }

    // ---- instead of methods

    static boolean isAnybody(@Argument(1) Config config) {
        return config != null;
    }

    /** What is sent is appended afterwards, if there is room. */
    static long appendIfThereIsRoom(
            @FieldValue("core") Core core,
            @FieldValue("replicator") Replicator replicator,
            @Argument(0) FrameEncoder encoder) {
        encoder.seal();
        long index = encoder.lastIndex();
        replicator.send(encoder.buffer(), 0, encoder.length());
        if (!core.log.reserve(encoder.length())) {
            return Sequencer.NO_ROOM;
        }
        core.log.append(encoder.buffer(), 0, encoder.length());
        return index;
    }

    // ---- before and after methods

    /** The log is acknowledged up to its end, whatever the primary knows of it. */
    static final class AcknowledgeAll {
        private AcknowledgeAll() {}

        @Advice.OnMethodEnter
        static void enter(
                @Advice.FieldValue("core") Core core,
                @Advice.FieldValue(value = "matchedIndex", readOnly = false) long matchedIndex) {
            matchedIndex = core.log.lastIndex();
        }
    }

    static final class CutWhatIsKnown {
        private CutWhatIsKnown() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) Verdict verdict) {
            verdict = verdict == Verdict.KNOWN ? Verdict.DIVERGES : verdict;
        }
    }

    static final class CutWhatDiffers {
        private CutWhatDiffers() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) Verdict verdict) {
            verdict = verdict == Verdict.DAMAGE ? Verdict.DIVERGES : verdict;
        }
    }

    static final class LookBackWhereItDiffers {
        private LookBackWhereItDiffers() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) Verdict verdict) {
            verdict = verdict == Verdict.DAMAGE ? Verdict.OTHER_HISTORY : verdict;
        }
    }

    /** The commit index follows whatever it is told. */
    static final class GoBack {
        private GoBack() {}

        @Advice.OnMethodEnter
        static void enter(
                @Advice.Argument(0) long committed, @Advice.FieldValue(value = "index", readOnly = false) long index) {
            index = Math.min(index, committed - 1);
        }
    }

    /** Whoever waits for a quorum is told as soon as the primary has it. */
    static final class ReachedHere {
        private ReachedHere() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.FieldValue("core") Core core,
                @Advice.Argument(0) Ack level,
                @Advice.Return(readOnly = false) long reached) {
            reached = level == Ack.QUORUM_APPENDED ? core.log.lastIndex() : reached;
        }
    }

    /** When a reign ends all that was appended passes for committed. */
    static final class EndAsCommitted {
        private EndAsCommitted() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 0, readOnly = false) long commit) {
            commit = Long.MAX_VALUE;
        }
    }
}
