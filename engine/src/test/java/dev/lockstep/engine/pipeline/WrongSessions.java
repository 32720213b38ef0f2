package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.pipeline.SessionTable.Admission;
import net.bytebuddy.asm.Advice;

/** What mutants of the pipeline do where no constant would do: each breaks one rule of safety. */
@SuppressWarnings("unused") // by name, and in bytecode
final class WrongSessions {
    private WrongSessions() {}

    /** What comes again is applied again. */
    static final class ApplyAgain {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) Admission admission) {
            boolean isRepeated = admission == Admission.REPEATED || admission == Admission.REPLY_EVICTED;
            admission = isRepeated ? Admission.APPLY : admission;
        }
    }

    /** What comes behind a gap is applied. */
    static final class ApplyBehindGap {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) Admission admission) {
            admission = admission == Admission.GAP ? Admission.APPLY : admission;
        }
    }

    /** A session that is loaded begins anew. */
    static final class ForgetSequence {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 1, readOnly = false) long sequence) {
            sequence = 0;
        }
    }
}
