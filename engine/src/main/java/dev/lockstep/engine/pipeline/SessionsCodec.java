package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;

/**
 * Saves and loads a session table with its replies: all that decides what it does from then on. A table that was loaded
 * answers as the one that was saved. Owned by the applier's thread, as the table is.
 */
final class SessionsCodec {
    private static final int FORMAT = 2;

    private SessionsCodec() {}

    static void save(SessionTable table, SnapshotOutput out) {
        out.putInt(FORMAT);
        out.putInt(table.maxSessions());
        out.putInt(table.replies().maxBytes());
        out.putInt(table.replies().maxReplyBytes());
        out.putLong(table.lastCommandIndex());
        ReplyCodec replies = new ReplyCodec(table.replies());
        replies.save(out);
        out.putInt(table.size());
        table.forEach((id, sequence, reply, activeNs) -> {
            out.putLong(id);
            out.putLong(sequence);
            out.putInt(replies.numberOf(reply));
            out.putLong(activeNs);
        });
    }

    /**
     * Replaces all that there is. When this throws, what is there then is of no use: only another load makes it whole.
     *
     * @throws EngineException.BadSnapshot if that was not saved by a table like this one
     */
    static void load(SessionTable table, SnapshotInput in) {
        int format = in.getInt();
        check(format == FORMAT, "the format of sessions, which here is " + FORMAT + ",", format);
        checkLimit("sessions", in.getInt(), table.maxSessions());
        checkLimit("bytes of replies", in.getInt(), table.replies().maxBytes());
        checkLimit("bytes of one reply", in.getInt(), table.replies().maxReplyBytes());
        table.clear();
        long lastCommandIndex = in.getLong();
        check(lastCommandIndex >= 0, "the index of a command", lastCommandIndex);
        table.onCommand(lastCommandIndex);
        ReplyCodec replies = new ReplyCodec(table.replies());
        replies.load(in);
        int count = in.getInt();
        check(count >= 0 && count <= table.maxSessions(), "a count of sessions", count);
        long beforeNs = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            long id = in.getLong();
            check(!table.contains(id), "the name of another session", id);
            long sequence = in.getLong();
            check(sequence >= 0, "the number of a command", sequence);
            long reply = replies.positionOf(in.getInt());
            long activeNs = in.getLong();
            check(activeNs >= beforeNs, "a later time", activeNs);
            table.restore(id, sequence, reply, activeNs);
            beforeNs = activeNs;
        }
    }

    /** What goes when there is too much must be the same everywhere. */
    private static void checkLimit(String what, int saved, int here) {
        if (saved != here) {
            throw new EngineException.BadSnapshot("it was saved where there may be " + saved + " " + what
                    + ", and here there may be " + here + ": all nodes must be set alike, as they were then");
        }
    }

    static void check(boolean holds, String what, long found) {
        if (!holds) {
            throw new EngineException.BadSnapshot(
                    "the sessions in it cannot be: " + found + " stands where " + what + " should");
        }
    }
}
