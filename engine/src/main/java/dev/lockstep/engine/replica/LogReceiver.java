package dev.lockstep.engine.replica;

import dev.lockstep.engine.replica.LogMatch.Verdict;
import dev.lockstep.engine.sbe.AppendDecoder;
import dev.lockstep.engine.sbe.FrameRefDecoder;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.frame.FrameType;
import org.agrona.DirectBuffer;

/**
 * Takes what the primary of one term sends into a standby's log, and acknowledges what of the log is known to be the
 * primary's: nothing else (safety 7). Owned by the replica's thread.
 */
final class LogReceiver {
    private final Core core;
    private final Cutter cutter;
    private final Damages damages;
    private final int primary;
    private final Checksum checksum = new Checksum();
    private final Frame frame = new Frame();
    /** Up to here the log is the primary's. */
    private long matchedIndex;

    private long acknowledgedIndex = -1;
    private long acknowledgedFlushedIndex;
    private boolean isReplyDue;

    /** @param primary of the present term */
    LogReceiver(Core core, Cutter cutter, Damages damages, int primary) {
        this.core = core;
        this.cutter = cutter;
        this.damages = damages;
        this.primary = primary;
    }

    int primary() {
        return primary;
    }

    long matchedIndex() {
        return matchedIndex;
    }

    long matchedAndFlushedIndex() {
        return Math.min(matchedIndex, core.log.flushedIndex());
    }

    void onAppend(AppendDecoder message, DirectBuffer buffer, int offset, int length) {
        FrameRefDecoder previous = message.previous();
        long commit = message.commit();
        long index = previous.index();
        Verdict verdict = core.log.endsWith(index, previous.term(), previous.crc())
                ? Verdict.KNOWN
                : LogMatch.ofPrevious(
                        new FrameRef(index, previous.term(), previous.crc()), core.log, core.isLogOfThisEpoch());
        switch (verdict) {
            case KNOWN -> {
                matched(index);
                if (length > 0) {
                    onFrame(index, previous.term(), previous.crc(), buffer, offset, length);
                }
                isReplyDue = true;
            }
            case GAP -> reply(AppendVerdict.GAP, core.log.lastIndex());
            case BEFORE_BASE -> reply(AppendVerdict.BEFORE_BASE, core.log.base().index());
            case OTHER_HISTORY -> reply(AppendVerdict.OTHER_HISTORY, index);
            default -> damages.onOtherBytes(primary, index);
        }
        commitTo(commit);
    }

    private void onFrame(long index, long term, int crc, DirectBuffer buffer, int offset, int length) {
        FrameDefect defect = frame.verify(checksum, buffer, offset, length);
        if (defect == FrameDefect.NONE) {
            defect = frame.follows(index, term, crc);
        }
        if (defect != FrameDefect.NONE) {
            core.remark("node " + primary + " sent " + defect.description() + " behind index " + index
                    + "; it was not taken");
            return;
        }
        Verdict verdict = frame.firstIndex() > core.log.lastIndex()
                ? Verdict.CONTINUES
                : LogMatch.ofFrame(frame.firstIndex(), frame.ref(), core.log, core.isLogOfThisEpoch());
        switch (verdict) {
            case CONTINUES -> append();
            case KNOWN -> matched(frame.lastIndex());
            case DIVERGES -> {
                if (cutter.cutFrom(frame.firstIndex())) {
                    append();
                } else {
                    reply(AppendVerdict.NO_ROOM, index);
                }
            }
            default -> damages.onOtherBytes(primary, frame.lastIndex());
        }
    }

    private void append() {
        boolean isConfig = frame.type() == FrameType.CONFIG;
        PlacedConfig config = isConfig ? readConfig() : null;
        if (isConfig && config == null) {
            return;
        }
        if (!core.log.reserve(frame.length())) {
            reply(AppendVerdict.NO_ROOM, core.log.lastIndex());
            return;
        }
        if (config != null) {
            core.beforeConfig(config);
        }
        core.log.append(frame);
        if (config != null) {
            core.onConfigAppended(config);
        }
        matched(core.log.lastIndex());
    }

    /** @return null if this version cannot read it, which is told: nothing comes behind a CONFIG that is not in force */
    private PlacedConfig readConfig() {
        try {
            return ConfigFrames.configOf(frame);
        } catch (IllegalArgumentException e) {
            core.remarkUnreadable(primary, e);
            return null;
        }
    }

    private void matched(long index) {
        matchedIndex = Math.max(matchedIndex, index);
    }

    /** A standby's commit never passes what it knows to be the primary's (safety 23). */
    void commitTo(long commit) {
        core.commitTo(Math.min(commit, matchedIndex));
    }

    private void reply(AppendVerdict verdict, long index) {
        core.outbox.appendReply(primary, verdict, index, 0, core.commit.index());
    }

    /** What was acknowledged until now did not count, and does from now on. */
    void acknowledgeAnew() {
        isReplyDue = true;
    }

    /** At the end of a turn all that it brought is acknowledged at once, and what was flushed meanwhile. */
    void acknowledge() {
        long flushed = matchedAndFlushedIndex();
        boolean isNews = matchedIndex != acknowledgedIndex || flushed != acknowledgedFlushedIndex;
        if (!isReplyDue && (!isNews || matchedIndex == 0)) {
            return;
        }
        promise(flushed);
        if (core.outbox.appendReply(primary, AppendVerdict.MATCHED, matchedIndex, flushed, core.commit.index())) {
            acknowledgedIndex = matchedIndex;
            acknowledgedFlushedIndex = flushed;
            isReplyDue = false;
        }
    }

    /** What the acknowledgement promises is noted before it leaves. */
    private void promise(long flushed) {
        core.noteConfig(); // there may have been no room for it when another one was cut
        boolean isFlushedOnly = core.isFlushedOnly();
        if (matchedIndex > flushed && !isFlushedOnly) {
            core.promises.beDirty();
        }
        core.commit.promise(isFlushedOnly ? flushed : matchedIndex);
    }
}
