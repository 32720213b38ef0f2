package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.Invariant;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2LongHashMap;

/**
 * Which sessions there are, which command of each was applied last, and what was answered (PROTOCOL I): so a command that
 * comes again is not applied again. Part of the replicated state: what it does depends on nothing but the log. Owned by the
 * applier's thread; all room is taken at the start.
 */
final class SessionTable {
    /** What becomes of a command. */
    enum Admission {
        /** It is the next one of its session. */
        APPLY,
        /** It was applied before, and the reply is kept. */
        REPEATED,
        /** It was applied before, and the reply is kept no more. */
        REPLY_EVICTED,
        /** One before it is missing: it must not be applied. */
        GAP,
        /** There is no such session, or no more. */
        EXPIRED
    }

    private static final int NOBODY = -1;

    private final Long2LongHashMap slots;
    private final long[] ids;
    private final long[] lastSequence;
    private final long[] activeNs;
    private final long[] lastReply;
    /** Neighbours in the order of activity. */
    private final int[] older;

    private final int[] newer;
    private final ReplyLog replies;
    private int oldest = NOBODY;
    private int newest = NOBODY;
    /** Those without a session, chained by {@link #newer}. */
    private int free;

    private long found = ReplyLog.NOWHERE;
    private long lastCommandIndex;

    /**
     * @param maxSessions the one that was idle for longest goes when there are more
     * @param replies where replies are kept, an empty one
     */
    SessionTable(int maxSessions, ReplyLog replies) {
        if (maxSessions <= 0) {
            throw new IllegalArgumentException("there must be room for a session: maxSessions is " + maxSessions);
        }
        this.slots = new Long2LongHashMap(2 * maxSessions, 0.6f, NOBODY);
        this.ids = new long[maxSessions];
        this.lastSequence = new long[maxSessions];
        this.activeNs = new long[maxSessions];
        this.lastReply = new long[maxSessions];
        this.older = new int[maxSessions];
        this.newer = new int[maxSessions];
        this.replies = replies;
        chainFree();
    }

    private void chainFree() {
        int count = newer.length;
        Arrays.setAll(newer, slot -> slot + 1 < count ? slot + 1 : NOBODY);
        free = 0;
    }

    /** Forgets all sessions, and all replies. */
    void clear() {
        slots.clear();
        oldest = NOBODY;
        newest = NOBODY;
        found = ReplyLog.NOWHERE;
        lastCommandIndex = 0;
        chainFree();
        replies.clear();
    }

    /** A command is given to the state machine: whoever expects that none was since an index before it is outdated. */
    void onCommand(long index) {
        lastCommandIndex = index;
    }

    /** @return the index of the last command that the state machine was given, of any session; zero if there was none */
    long lastCommandIndex() {
        return lastCommandIndex;
    }

    int size() {
        return slots.size();
    }

    int maxSessions() {
        return ids.length;
    }

    ReplyLog replies() {
        return replies;
    }

    /**
     * A session begins.
     *
     * @param id which nobody used before
     * @param nowNs the cluster's time
     * @return false if there is one of that name: then it was opened before, and this changes nothing
     */
    boolean open(long id, long nowNs) {
        if (slots.containsKey(id)) {
            return false;
        }
        if (free == NOBODY) {
            remove(oldest);
        }
        int slot = free;
        free = newer[slot];
        slots.put(id, slot);
        ids[slot] = id;
        lastSequence[slot] = 0;
        lastReply[slot] = ReplyLog.NOWHERE;
        append(slot, nowNs);
        return true;
    }

    /**
     * A session goes on that was saved; to be called in the order of activity.
     *
     * @param sequence which command of it was applied last
     * @param reply where the last reply that is kept stands
     * @param nowNs when it was last used
     */
    void restore(long id, long sequence, long reply, long nowNs) {
        boolean isNew = free != NOBODY && open(id, nowNs);
        Invariant.check(isNew, "a session that cannot be restored");
        lastSequence[newest] = sequence;
        lastReply[newest] = reply;
    }

    /** What is done with each session that is saved. */
    interface Visitor {
        void onSession(long id, long sequence, long reply, long activeNs);
    }

    /** Visits all in the order of activity. */
    void forEach(Visitor visitor) {
        for (int slot = oldest; slot != NOBODY; slot = newer[slot]) {
            visitor.onSession(ids[slot], lastSequence[slot], lastReply[slot], activeNs[slot]);
        }
    }

    boolean contains(long id) {
        return slotOf(id) != NOBODY;
    }

    /** A session ends; its replies go when their time comes. */
    void close(long id) {
        int slot = slotOf(id);
        if (slot != NOBODY) {
            remove(slot);
        }
    }

    private int slotOf(long id) {
        return (int) slots.get(id);
    }

    private void remove(int slot) {
        unlink(slot);
        slots.remove(ids[slot]);
        newer[slot] = free;
        free = slot;
    }

    private void append(int slot, long nowNs) {
        Invariant.check(newest == NOBODY || activeNs[newest] <= nowNs, "cluster time goes back");
        activeNs[slot] = nowNs;
        older[slot] = newest;
        newer[slot] = NOBODY;
        if (newest == NOBODY) {
            oldest = slot;
        } else {
            newer[newest] = slot;
        }
        newest = slot;
    }

    private void unlink(int slot) {
        int before = older[slot];
        int after = newer[slot];
        if (before == NOBODY) {
            oldest = after;
        } else {
            newer[before] = after;
        }
        if (after == NOBODY) {
            newest = before;
        } else {
            older[after] = before;
        }
    }

    /** Somebody lives at the other end of a session. */
    void renew(long id, long nowNs) {
        int slot = slotOf(id);
        if (slot != NOBODY) {
            touch(slot, nowNs);
        }
    }

    private void touch(int slot, long nowNs) {
        unlink(slot);
        append(slot, nowNs);
    }

    /** A new primary begins: nobody could renew while there was none. */
    void renewAll(long nowNs) {
        for (int slot = oldest; slot != NOBODY; slot = newer[slot]) {
            Invariant.check(activeNs[slot] <= nowNs, "cluster time goes back");
            activeNs[slot] = nowNs;
        }
    }

    /**
     * Those end that nobody has used for a while.
     *
     * @param beforeNs last used at that time or before
     * @return how many
     */
    int expire(long beforeNs) {
        int expired = 0;
        while (oldest != NOBODY && activeNs[oldest] <= beforeNs) {
            remove(oldest);
            expired++;
        }
        return expired;
    }

    /** @return when the session was last used that was idle for longest; there must be one */
    long oldestActiveNs() {
        Invariant.check(oldest != NOBODY, "there is no session");
        return activeNs[oldest];
    }

    /**
     * A command stands in the log.
     *
     * @param id its session
     * @param sequence which one of the session, from 1
     * @param nowNs the cluster's time
     * @return what becomes of it
     */
    Admission admit(long id, long sequence, long nowNs) {
        int slot = slotOf(id);
        if (slot == NOBODY) {
            return Admission.EXPIRED;
        }
        touch(slot, nowNs);
        long next = lastSequence[slot] + 1;
        if (sequence == next) {
            return Admission.APPLY;
        }
        if (sequence > next) {
            return Admission.GAP;
        }
        found = replies.find(lastReply[slot], sequence);
        return found == ReplyLog.NOWHERE ? Admission.REPLY_EVICTED : Admission.REPEATED;
    }

    /** @return the last one that was applied of a session; the session must be there */
    long lastSequence(long id) {
        int slot = slotOf(id);
        Invariant.check(slot != NOBODY, "there is no such session");
        return lastSequence[slot];
    }

    /**
     * The command that was admitted to be applied was applied.
     *
     * @param id its session
     * @param code what became of it
     * @param reply the reply's bytes; kept if they are not too many
     */
    void onApplied(long id, int code, DirectBuffer reply, int offset, int length) {
        int slot = slotOf(id);
        Invariant.check(slot != NOBODY, "a command was applied of a session that is not there");
        lastSequence[slot]++;
        if (replies.isKept(length)) {
            lastReply[slot] = replies.append(lastReply[slot], lastSequence[slot], code, reply, offset, length);
        }
    }

    /** @return what became of the command that is {@link Admission#REPEATED} */
    int repeatedCode() {
        return replies.code(found);
    }

    /** @return the length of its reply */
    int repeatedLength() {
        return replies.length(found);
    }

    /** Copies its reply. */
    void copyRepeated(MutableDirectBuffer into, int offset) {
        into.putBytes(offset, replies.buffer(), replies.offset(found), replies.length(found));
    }
}
