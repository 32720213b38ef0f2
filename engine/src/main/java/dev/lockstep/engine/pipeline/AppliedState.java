package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.pipeline.SessionTable.Admission;
import dev.lockstep.engine.replica.CheckpointVotes;
import dev.lockstep.engine.replica.SnapshotConfig;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The replicated state: the state machine, the sessions and timers beside it, and which commands were withheld from it. What
 * it does depends on the frames alone. Owned by the applier's thread, but for {@link #withheld}.
 */
final class AppliedState {
    /** Bytes before a kept reply's payload: what became of the command. */
    private static final int KEPT_HEAD = Integer.BYTES;

    /** Hears of each command that was applied, or was not. */
    interface Replies {
        /** @param isSilent whether nobody reads the reply */
        void onReply(long session, long sequence, boolean isSilent, WrittenReply reply);
    }

    /** The longest reply. A part of what every node computes alike, as {@link SessionLimits}, and so no setting. */
    static final int MAX_REPLY_BYTES = 1 << 20;

    private final StateMachine machine;
    private final SessionLimits limits;
    private final Replies replies;
    private final FramePlace place = new FramePlace();
    private final LoggedCommand command = new LoggedCommand(place);
    private final WrittenReply reply;
    private final UnsafeBuffer kept;
    private final SessionTable sessions;
    private final AppliedCluster cluster = new AppliedCluster();
    private final Checkpoints checkpoints;
    private Skips skips = Skips.NONE;
    /** Of this history; whoever follows reads it. */
    private volatile Withheld withheld = new Withheld();
    /** Of the last frame that was begun, or that a snapshot includes. */
    private long lastIndex;

    private long lastTerm;
    private int lastCrc;
    private long lastTimeNs;
    /** Of the frame before that. */
    private long timeBeforeNs;

    private int lastVersion;
    private long lastEpoch;
    /** The first index of the frame in which a timer fired last. */
    private long firedAt;

    private Checkpoints.Verdict verdict;
    /** In force where a snapshot ends that was loaded; null if there was none. */
    private SnapshotConfig config;
    /** The last frame since that says another one; null if there was none. */
    private byte[] configFrame;

    AppliedState(StateMachine machine, int maxReplyBytes, SessionLimits limits, Replies replies) {
        this(machine, maxReplyBytes, limits, new Checkpoints(Checkpoints.USUAL_INTERVAL_NS), replies);
    }

    AppliedState(
            StateMachine machine, int maxReplyBytes, SessionLimits limits, Checkpoints checkpoints, Replies replies) {
        this.checkpoints = checkpoints;
        this.machine = machine;
        this.limits = limits;
        this.sessions = limits.newTable();
        this.replies = replies;
        this.reply = new WrittenReply(place, maxReplyBytes);
        this.kept = new UnsafeBuffer(new byte[KEPT_HEAD + maxReplyBytes]);
        machine.onStart(cluster);
        this.withheld.onWhole(); // nothing was applied, and the state machine is as it began
    }

    /** Nothing was applied yet; what is there is of another history from now on, and not whole before {@link #onWhole}. */
    void clear() {
        withheld = new Withheld();
        sessions.clear();
        cluster.clear();
        checkpoints.clear();
        verdict = null;
        place.clear();
        lastIndex = 0;
        lastTimeNs = 0;
        firedAt = 0;
        config = null;
        configFrame = null;
    }

    /** What it leaves out from now on. */
    void obey(Skips newSkips) {
        skips = newSkips;
    }

    Skips skips() {
        return skips;
    }

    StateMachine machine() {
        return machine;
    }

    SessionTable sessions() {
        return sessions;
    }

    StateParts parts() {
        return new StateParts(sessions, cluster.timers(), withheld, checkpoints, machine);
    }

    Timers timers() {
        return cluster.timers();
    }

    FramePlace place() {
        return place;
    }

    /** Any thread. @return which commands of this history were withheld */
    Withheld withheld() {
        return withheld;
    }

    /** All is there that it is made of. */
    void onWhole() {
        withheld.onWhole();
    }

    /** A frame begins, or is gone on with: then come the timers that are due, its entries one by one, and its end. */
    void onFrame(Frame frame, long epoch) {
        lastEpoch = epoch;
        timeBeforeNs = frame.lastIndex() == lastIndex ? timeBeforeNs : lastTimeNs;
        lastIndex = frame.lastIndex();
        lastTerm = frame.term();
        lastCrc = frame.crc();
        lastTimeNs = frame.clusterTimeNs();
        lastVersion = frame.stateMachineVersion();
        if (frame.type() == FrameType.CONFIG) {
            byte[] copy = new byte[frame.length()];
            frame.buffer().getBytes(frame.offset(), copy);
            configFrame = copy;
        }
        switch (frame.type()) {
            case NO_OP -> sessions.renewAll(frame.clusterTimeNs());
            case COMMANDS, CONFIG, TIMER -> sessions.expire(frame.clusterTimeNs() - limits.timeoutNs());
            case SESSION, CHECKPOINT -> {
                // what a SESSION frame renews does not expire at the same time: the primary may have stood still for
                // longer than that
            }
        }
    }

    /** @return the number of the timer that fires next in a frame that was begun; whether one does is for {@link #isTimerDue} */
    long nextTimer() {
        return timers().nextId();
    }

    /** @return whether a timer fires before whatever of the frame comes next */
    boolean isTimerDue() {
        return timers().nextDeadlineNs() <= lastTimeNs;
    }

    /**
     * The next timer fires. None that is scheduled from its frame on is due in it, so all of them have fired before its first
     * entry, whoever goes on with it.
     */
    void fireTimer(Frame frame) {
        Timers timers = timers();
        long id = timers.nextId();
        long deadlineNs = timers.nextDeadlineNs();
        timers.removeNext();
        if (skips.includeTimer(frame.firstIndex(), id)) {
            return;
        }
        firedAt = frame.firstIndex();
        sessions.onCommand(firedAt); // whoever has looked at the state before has not seen this
        cluster.enter(firedAt, lastTerm, lastTimeNs);
        try {
            machine.onTimer(id, deadlineNs);
        } finally {
            cluster.leave();
        }
    }

    /** @return the first index of the frame in which a timer fired last; zero if none has */
    long firedAt() {
        return firedAt;
    }

    /** A frame ends: all of it was applied. */
    void onEnd(FrameType type) {
        place.set(lastIndex, lastTerm, lastEpoch);
        if (type != FrameType.CHECKPOINT) { // or each of them would bring the next one
            checkpoints.onEnd(machine, lastIndex, lastTimeNs, timeBeforeNs);
        }
    }

    /** Any thread. @return what the state was, now and then */
    Checkpoints checkpoints() {
        return checkpoints;
    }

    /** @return what was found wrong with the state since this was asked last; null if nothing was */
    Checkpoints.Verdict takeVerdict() {
        Checkpoints.Verdict taken = verdict;
        verdict = null;
        return taken;
    }

    /** The state is that of a snapshot. */
    void onLoaded(SnapshotManifest manifest) {
        lastIndex = manifest.last().index();
        lastTerm = manifest.last().term();
        lastCrc = manifest.last().crc();
        lastTimeNs = manifest.clusterTimeNs();
        lastVersion = manifest.stateMachineVersion();
        config = SnapshotConfig.of(manifest);
        configFrame = null;
    }

    /** @return the last index of the frame that was begun last, or that a snapshot includes; zero if nothing was begun */
    long lastIndex() {
        return lastIndex;
    }

    /** @return what a snapshot is of that is taken now, at the end of a frame; null if nothing was applied */
    SnapshotManifest manifest() {
        if (configFrame != null) {
            config = SnapshotConfig.of(new Frame().wrap(new UnsafeBuffer(configFrame), 0));
            configFrame = null;
        }
        return config == null
                ? null
                : new SnapshotManifest(
                        new FrameRef(lastIndex, lastTerm, lastCrc),
                        config.cluster(),
                        config.epoch(),
                        lastVersion,
                        lastTimeNs,
                        config.bytes());
    }

    /** The entry under the frame's cursor. */
    void applyEntry(Frame frame) {
        place.set(frame.commandIndex(), lastTerm, lastEpoch);
        switch (frame.type()) {
            case COMMANDS -> applyCommand(frame);
            case SESSION -> applySessionAct(frame);
            case CONFIG -> {
                // is the replica's
            }
            case CHECKPOINT ->
                judge(CheckpointVotes.decode(frame.buffer(), frame.commandOffset(), frame.commandLength()));
            case NO_OP, TIMER ->
                throw new IllegalStateException(
                        "a " + frame.type() + " frame carries something, at index " + place.index + "; it must not");
        }
    }

    /** What was compared before it was decided to skip something may be with it or without. */
    private void judge(CheckpointVotes votes) {
        if (skips.allowSnapshotAt(votes.index())) {
            verdict = checkpoints.judge(votes);
        }
    }

    private void applySessionAct(Frame frame) {
        DirectBuffer buffer = frame.buffer();
        int at = frame.commandOffset();
        long session = CommandHead.session(buffer, at);
        switch (CommandHead.sessionAct(buffer, at)) {
            case IngressEntry.OPEN -> sessions.open(session, frame.clusterTimeNs());
            case IngressEntry.CLOSE -> sessions.close(session);
            case IngressEntry.RENEW -> sessions.renew(session, frame.clusterTimeNs());
            default ->
                throw new IllegalStateException("an act on a session that this version does not know, at index "
                        + place.index + "; run the newer one");
        }
    }

    private void applyCommand(Frame frame) {
        DirectBuffer buffer = frame.buffer();
        int at = frame.commandOffset();
        long session = CommandHead.session(buffer, at);
        long sequence = CommandHead.sequence(buffer, at);
        Admission admission = sessions.admit(session, sequence, frame.clusterTimeNs());
        if (admission != Admission.APPLY) {
            withheld.add(place.index);
        }
        switch (admission) {
            case APPLY -> applyNext(frame, buffer, at, session);
            case REPEATED -> repeat();
            case REPLY_EVICTED -> reply.begin(Outcome.REPLY_GONE);
            case GAP, EXPIRED -> reply.begin(Outcome.NOT_APPLIED);
        }
        replies.onReply(session, sequence, CommandHead.isSilent(buffer, at), reply);
    }

    private void applyNext(Frame frame, DirectBuffer buffer, int at, long session) {
        if (skips.includeCommand(place.index)) {
            reply.begin(Outcome.SKIPPED);
            withheld.add(place.index);
        } else {
            applyToMachine(frame, buffer, at);
        }
        kept.putInt(0, reply.outcome().code());
        kept.putBytes(KEPT_HEAD, reply.bytes(), 0, reply.length());
        sessions.onApplied(session, reply.code(), kept, 0, KEPT_HEAD + reply.length());
    }

    private void applyToMachine(Frame frame, DirectBuffer buffer, int at) {
        long expectedIndex = CommandHead.expectedIndex(buffer, at);
        if (expectedIndex >= 0 && sessions.lastCommandIndex() > expectedIndex) {
            reply.begin(Outcome.OUTDATED);
            withheld.add(place.index);
        } else {
            reply.begin();
            cluster.enter(place.index, lastTerm, lastTimeNs);
            try {
                machine.apply(
                        command.show(
                                buffer,
                                at + CommandHead.LENGTH,
                                frame.commandLength() - CommandHead.LENGTH,
                                frame.clusterTimeNs(),
                                frame.stateMachineVersion()),
                        reply);
            } finally {
                cluster.leave();
            }
            sessions.onCommand(place.index);
        }
    }

    private void repeat() {
        int length = sessions.repeatedLength();
        sessions.copyRepeated(kept, 0);
        reply.show(Outcome.of(kept.getInt(0)), sessions.repeatedCode(), kept, KEPT_HEAD, length - KEPT_HEAD);
    }
}
