package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.snapshot.SnapshotManifest;

/**
 * What a member finds of itself when it starts: the snapshot that the log begins behind, the configurations, and what is
 * committed by definition. Owned by the replica's thread.
 */
final class Resumption {
    private final Core core;

    private final SnapshotFetcher fetcher;
    private final UnbornEpoch unborn;

    Resumption(Core core, SnapshotFetcher fetcher, UnbornEpoch unborn) {
        this.core = core;
        this.fetcher = fetcher;
        this.unborn = unborn;
    }

    void run() {
        SnapshotManifest newest = core.snapshots.newest();
        boolean isOfUse =
                newest != null && newest.epoch() <= core.promises.term().epoch() && !core.promises.isYielding();
        if (isOfUse && isInLog(newest.last())) {
            resumeAfter(newest);
        }
        readConfigs();
        if (isOfUse) {
            fetcher.installIfMissing(); // a crash came between a snapshot from a peer and the log that begins behind it
        }
        unborn.giveUpWhatWasBegunBefore();
        if (!unborn.isExpected() && !core.promises.isYielding()) {
            core.noteConfig();
        }
        commitFounding();
        warnIfAlone();
        if (!core.configs.isEmpty()) {
            core.listener.onConfig(core.config());
        }
    }

    private boolean isInLog(FrameRef snapshot) {
        return snapshot.index() <= core.log.base().index() || core.log.holds(snapshot);
    }

    private void resumeAfter(SnapshotManifest newest) {
        core.log.lastTimeNs(core.log.lastIndex() == newest.last().index() ? newest.clusterTimeNs() : 0);
        core.configs.begin(
                ConfigCodec.decodePlaced(newest.config(), 0, newest.config().capacity()));
        core.commitTo(newest.last().index());
    }

    private void readConfigs() {
        try (JournalReader reader = core.log.newReader()) {
            ReadResult result = reader.next();
            while (result == ReadResult.FRAME) {
                Frame frame = reader.frame();
                if (frame.type() == FrameType.CONFIG && frame.lastIndex() > core.configs.currentIndex()) {
                    core.configs.onAppended(ConfigFrames.configOf(frame));
                }
                result = reader.next();
            }
            if (result == ReadResult.DAMAGED) {
                throw new ReplicaLog.Damaged(reader.damage().index());
            }
        }
        boolean holdsFirstFrame = core.log.lastIndex() > 0 && core.log.base().index() == 0;
        core.commitTo(holdsFirstFrame ? 1 : core.log.base().index());
        core.configs.onCommitted(core.commit.index());
    }

    /** Nobody else has what this node may have lost, so only an operator can say that it is to go on without that. */
    private void warnIfAlone() {
        boolean isOnlyVoter = core.isDataNode() && core.config().voters().size() == 1;
        if (isOnlyVoter && core.promises.isRecovering()) {
            core.remark(
                    "this node is the only voter, and may have lost something that it acknowledged: restore its directory"
                            + " from a backup, or promote it, with no node lost, to go on with what it has, up to index "
                            + core.log.lastIndex());
        }
    }

    /** The frame that founded this epoch is committed by definition, and the log of an epoch begins with it. */
    private void commitFounding() {
        boolean isThere = core.isLogOfThisEpoch()
                && !unborn.isExpected()
                && !core.config().lineage().isEmpty();
        if (isThere) {
            core.commitTo(core.config().lastFork().lastIndex() + 1);
        }
    }
}
