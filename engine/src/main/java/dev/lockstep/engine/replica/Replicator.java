package dev.lockstep.engine.replica;

import dev.lockstep.engine.replica.Standby.Pace;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.DirectBuffer;

/**
 * Brings the log to each standby at its own pace: live as it is made, from the journal while it is behind, or as a
 * snapshot. One that does not keep up makes nobody wait. Owned by the primary's thread.
 */
final class Replicator {
    private static final int OFFER_HEARTBEATS = 10;

    private final Core core;
    private final Standbys standbys;
    private final OfferedSnapshots offered;

    Replicator(Core core, Standbys standbys, OfferedSnapshots offered) {
        this.offered = offered;
        this.core = core;
        this.standbys = standbys;
    }

    /** A frame was made, to come right behind the log's last one: it is sent before it is appended. */
    void send(DirectBuffer frame, int offset, int length) {
        Standby[] all = standbys.all();
        boolean isEncoded = false;
        for (int i = 0; i < all.length; i++) {
            Standby standby = all[i];
            if (standby.isLive()) {
                if (!isEncoded) {
                    isEncoded = true;
                    core.outbox.encodeAppend(
                            core.log.lastIndex(),
                            core.log.lastTerm(),
                            core.log.lastCrc(),
                            core.commit.index(),
                            frame,
                            offset,
                            length);
                }
                if (core.outbox.appendAgain(standby.node, length) < 0) {
                    standby.sendFrom(core.log.lastIndex() + 1, core.log.lastTerm());
                    standby.pace(Pace.CATCH_UP);
                } else {
                    standby.toldCommit = core.commit.index();
                }
            }
        }
    }

    /** Its link came up, or a reign begins: nobody knows what it has. */
    void begin(Standby standby) {
        standby.start = core.peers.start(standby.node);
        standby.progressNs = core.turn.nowNs();
        if (standby.keepsLog()) {
            standby.probeStep = 1;
            probe(standby, core.log.last());
        }
    }

    private void probe(Standby standby, FrameRef behind) {
        if (behind.index() < core.log.base().index()) {
            standby.pace(Pace.SNAPSHOT);
            standby.saidNs = core.turn.nowNs() - OFFER_HEARTBEATS * core.turn.heartbeatNs();
            return;
        }
        standby.pace(Pace.PROBE);
        standby.probe = behind;
        say(standby);
    }

    private void say(Standby standby) {
        standby.saidNs = core.turn.nowNs();
        if (core.peers.isUp(standby.node)) {
            core.outbox.append(standby.node, standby.probe, core.commit.index(), null, 0, 0);
        }
    }

    /** What it is known to have goes up to an index. */
    void onMatched(Standby standby, long index) {
        boolean isFound = standby.pace == Pace.PROBE && standby.probe != null && index >= standby.probe.index();
        boolean isInLog = index >= core.log.base().index();
        if (isFound && !isInLog) {
            probe(standby, FrameRef.ORIGIN); // what comes behind it was compacted away since it was asked
        } else if (isInLog && (isFound || standby.pace == Pace.SNAPSHOT)) {
            standby.sendFrom(index + 1, core.log.holding(index).term());
            standby.pace(Pace.CATCH_UP);
            catchUp(standby);
        }
    }

    /** Its log ends at an index, before what it was sent. */
    void onGap(Standby standby, long lastIndex) {
        if (isNewsOfGap(standby, lastIndex)) {
            standby.probeStep = 1;
            standby.progressNs = core.turn.nowNs();
            probe(standby, lastIndex < core.log.base().index() ? FrameRef.ORIGIN : core.log.endingBy(lastIndex));
        }
    }

    /** What lacks may still be on the way: whoever goes on acknowledging lacks nothing. */
    private boolean isNewsOfGap(Standby standby, long lastIndex) {
        if (standby.pace == Pace.PROBE) {
            return standby.probe == null || lastIndex < standby.probe.index();
        }
        boolean isStanding = core.turn.nowNs() - standby.progressNs >= core.turn.heartbeatNs();
        return standby.pace == Pace.SNAPSHOT || isStanding;
    }

    /** Its journal has no room now: it is left in peace for a heartbeat. */
    void onNoRoom(Standby standby, long lastIndex) {
        standby.restNs = core.turn.nowNs() + core.turn.heartbeatNs();
        standby.progressNs = core.turn.nowNs();
        FrameRef behind = core.log.endingBy(Math.max(lastIndex, core.log.base().index()));
        standby.sendFrom(behind.index() + 1, behind.term());
        standby.pace(Pace.CATCH_UP);
    }

    /**
     * What stands at an index there is of another term: look further back, in longer and longer steps, and at last where this
     * log begins.
     */
    void onOtherHistory(Standby standby, long index, long committed) {
        if (standby.pace != Pace.PROBE || standby.probe == null || index != standby.probe.index()) {
            return;
        }
        long back = Math.max(0, index - standby.probeStep);
        standby.probeStep *= 2;
        if (committed < index) {
            back = Math.max(back, committed);
        }
        long base = core.log.base().index();
        probe(standby, index <= base ? FrameRef.ORIGIN : core.log.endingBy(Math.max(back, base)));
    }

    /** What comes before an index is committed there, and compacted away. */
    void onBeforeBase(Standby standby, long baseIndex) {
        boolean isNews = standby.pace == Pace.PROBE && standby.probe != null && baseIndex > standby.probe.index();
        if (isNews && baseIndex < core.log.base().index()) {
            probe(standby, FrameRef.ORIGIN); // what comes behind that was compacted away since it was asked
        } else if (isNews && baseIndex <= core.log.lastIndex()) {
            FrameRef behind = core.log.endingBy(baseIndex);
            if (behind.index() == baseIndex) {
                probe(standby, behind);
            }
        }
    }

    /** A turn. */
    void onTick() {
        for (Standby standby : standbys.all()) {
            if (standby.keepsLog() && core.peers.isUp(standby.node)) {
                onTick(standby);
            }
        }
    }

    private void onTick(Standby standby) {
        switch (standby.pace) {
            case PROBE -> sayAgain(standby);
            case CATCH_UP -> catchUp(standby);
            case SNAPSHOT -> offerSnapshot(standby);
            case LIVE -> standby.liveNs = core.turn.nowNs();
        }
        if (standby.matchedIndex == core.log.lastIndex()) {
            standby.progressNs = core.turn.nowNs();
        } else if (isStuck(standby)) {
            begin(standby); // it did not take what it was sent: ask what it has
        }
    }

    private boolean isStuck(Standby standby) {
        boolean isSent = standby.pace == Pace.LIVE || standby.pace == Pace.CATCH_UP;
        return isSent && core.turn.isSilent(standby.progressNs);
    }

    private void sayAgain(Standby standby) {
        if (standby.probe == null) {
            begin(standby);
        } else if (core.turn.nowNs() - standby.saidNs >= core.turn.heartbeatNs()) {
            say(standby);
        }
    }

    private void offerSnapshot(Standby standby) {
        long nowNs = core.turn.nowNs();
        if (nowNs - standby.saidNs < OFFER_HEARTBEATS * core.turn.heartbeatNs()) {
            return;
        }
        SnapshotManifest newest = offered.newestFor(standby);
        if (newest == null) {
            standby.saidNs =
                    nowNs - (OFFER_HEARTBEATS - 1) * core.turn.heartbeatNs(); // it is looked for once a heartbeat
        } else {
            standby.saidNs = nowNs;
            core.outbox.snapshotOffer(standby.node, newest.last());
        }
    }

    private void catchUp(Standby standby) {
        if (core.turn.nowNs() < standby.restNs) {
            return;
        }
        int budget = core.settings.catchUpBytes();
        while (budget > 0 && standby.nextIndex <= core.log.lastIndex()) {
            if (standby.nextIndex <= core.log.base().index()) {
                probe(standby, FrameRef.ORIGIN);
                return;
            }
            Frame frame = frameFor(standby);
            if (frame == null) {
                probe(standby, FrameRef.ORIGIN);
                return;
            }
            long result = core.outbox.append(
                    standby.node,
                    frame.firstIndex() - 1,
                    standby.sentTerm,
                    frame.previousCrc(),
                    core.commit.index(),
                    frame.buffer(),
                    frame.offset(),
                    frame.length());
            if (result < 0) {
                return;
            }
            budget -= frame.length();
            standby.sendFrom(frame.lastIndex() + 1, frame.term());
            standby.toldCommit = core.commit.index();
        }
        if (standby.nextIndex > core.log.lastIndex()) {
            standby.pace(Pace.LIVE);
        }
    }

    /** @return the frame that it needs next; null if that was compacted away meanwhile */
    private Frame frameFor(Standby standby) {
        if (standby.reader == null) {
            standby.reader = core.log.newReader();
            standby.readIndex = -1;
        }
        boolean isRead =
                standby.readIndex >= standby.nextIndex && standby.reader.frame().firstIndex() == standby.nextIndex;
        if (isRead) {
            return standby.reader.frame(); // it was read before, and not accepted
        }
        boolean isNext = standby.readIndex == standby.nextIndex - 1 && standby.reader.next() == ReadResult.FRAME;
        Frame frame = isNext ? standby.reader.frame() : ReplicaLog.seek(standby.reader, standby.nextIndex);
        standby.readIndex = frame == null ? -1 : frame.lastIndex();
        return frame;
    }
}
