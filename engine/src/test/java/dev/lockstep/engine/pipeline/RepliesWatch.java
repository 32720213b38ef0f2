package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Outcome;
import org.agrona.DirectBuffer;

/** Hears what became of each command where it is applied: on every node, whoever submitted it. */
public interface RepliesWatch {
    /**
     * @param index the command's
     * @param session its session
     * @param sequence its number in that
     * @param outcome what became of it
     * @param code why the state machine said no
     * @param reply the reply; only during this call
     * @param length the reply's
     */
    void onReply(long index, long session, long sequence, Outcome outcome, int code, DirectBuffer reply, int length);
}
