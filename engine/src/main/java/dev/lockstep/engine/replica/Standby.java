package dev.lockstep.engine.replica;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.journal.JournalReader;

/** What a primary knows of one other member, in its reign. Owned by the replica's thread. */
final class Standby {
    /** How it is kept up. */
    enum Pace {
        /** Nobody knows where its log meets the primary's; that is asked. */
        PROBE,
        /** It is behind: what it lacks is read from the journal, so much a turn. */
        CATCH_UP,
        /** It has all: each frame goes to it as it is made. */
        LIVE,
        /** What it lacks is gone from the journal: it fetches a snapshot. */
        SNAPSHOT
    }

    static final long UNKNOWN = Long.MAX_VALUE;

    final int node;
    final MemberKind kind;
    Identity identity;
    long start;
    Pace pace = Pace.PROBE;
    /** The frame behind which it is asked whether it goes on. */
    FrameRef probe;

    long probeStep = 1;
    /** The first index that was not sent to it yet. */
    long nextIndex;
    /** The term of the frame before that. */
    long sentTerm;
    /** Reads the journal for it while it catches up; null otherwise. */
    JournalReader reader;

    /** The last index that was read for it. */
    long readIndex;

    long matchedIndex;
    /** What it has promised to hold in this reign, in any start of it. */
    long rememberedIndex;
    /** The start in which it promised that. */
    private long rememberedStart;

    long flushedIndex;
    /** Where its log ended when it said that it lacks what comes behind; not known if it has not, in this start of it. */
    long endIndex = UNKNOWN;

    boolean isWhole;
    /** The highest version of the state machine that it can apply; zero until it has said so in this start. */
    int stateMachineVersion;

    long heardNs;
    long saidNs;
    long liveNs;
    /** When it last acknowledged more, or had nothing to acknowledge. */
    long progressNs;

    /** Until then it is sent no frames: it has no room for them. */
    long restNs;

    /** What it last asked with how far it must come to be whole again. */
    long recoverNonce;

    SnapshotNeed snapshotNeed = SnapshotNeed.NONE;
    /** The newest snapshot that it keeps; {@link FrameRef#ORIGIN} if it is not known to keep any. */
    FrameRef snapshot = FrameRef.ORIGIN;

    final HeardCheckpoints checkpoints = new HeardCheckpoints();
    /** The last checkpoint at which its state was found to be right, in this start of it. */
    long soundIndex;

    long confirmedRound;
    long toldCommit;

    Standby(Member member, long nowNs) {
        this.node = member.node();
        this.kind = member.kind();
        this.identity = member.identity();
        this.heardNs = nowNs;
        this.liveNs = nowNs;
        this.progressNs = nowNs;
    }

    boolean keepsLog() {
        return kind != MemberKind.WITNESS;
    }

    boolean isLive() {
        return pace == Pace.LIVE;
    }

    void sendFrom(long index, long termBefore) {
        nextIndex = index;
        sentTerm = termBefore;
    }

    void pace(Pace next) {
        if (next != Pace.CATCH_UP && reader != null) {
            reader.close();
            reader = null;
        }
        pace = next;
    }

    /** It has acknowledged that: whatever becomes of its process, it must still have it. */
    void remember(long index) {
        rememberedIndex = Math.max(rememberedIndex, index);
        rememberedStart = start;
    }

    /** @return whether it has acknowledged nothing in the start that it is in */
    boolean isNewStart() {
        return rememberedStart < start;
    }

    void close() {
        pace(Pace.PROBE);
    }
}
