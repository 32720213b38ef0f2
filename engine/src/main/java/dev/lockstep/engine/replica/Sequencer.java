package dev.lockstep.engine.replica;

import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;

/**
 * Puts frames into the log of the primary's term: room is reserved, the frame is sent, then appended. If that fails the
 * exception stops the node, and with it the reign: an index is never used twice within a term (safety 24). Owned by the
 * primary's thread.
 */
final class Sequencer {
    /** There is no room in the journal now. */
    static final long NO_ROOM = -1;

    private final Core core;
    private final Replicator replicator;
    private final ClusterTime time;
    private final FrameEncoder own = new FrameEncoder(Frame.HEADER_LENGTH, 0);

    Sequencer(Core core, Replicator replicator, ClusterTime time) {
        this.core = core;
        this.replicator = replicator;
        this.time = time;
    }

    /** @return the cluster's time now */
    long timeNs() {
        return time.timeNs();
    }

    /** It comes right behind the last one, whatever it was filled with, and when. */
    private void place(FrameEncoder encoder) {
        Config config = core.config();
        encoder.term(core.promises.term().number())
                .after(core.log.lastIndex(), core.log.lastCrc())
                .clusterTimeNs(time.timeNs())
                .stateMachineVersion(config == null ? 0 : config.stateMachineVersion());
    }

    /** @return the frame's last index, or {@link #NO_ROOM} */
    long append(FrameEncoder encoder) {
        place(encoder);
        encoder.seal();
        if (!core.countsFlushedOnly()) {
            core.promises.beDirty(); // before the frame leaves: afterwards it is counted, and that must not fail
        }
        if (!core.log.reserve(encoder.length())) {
            return NO_ROOM;
        }
        send(encoder);
        return encoder.lastIndex();
    }

    private void send(FrameEncoder encoder) {
        replicator.send(encoder.buffer(), 0, encoder.length());
        core.outbox.depart(); // the network takes longer than the journal, and both at once as long as the network
        core.log.append(encoder.buffer(), 0, encoder.length());
    }

    /** @return the index of a frame that carries nothing, or {@link #NO_ROOM} */
    long appendNoOp() {
        return append(own.start(FrameType.NO_OP));
    }

    /** @return the index of a frame that carries nothing but time, or {@link #NO_ROOM} */
    long appendTimer() {
        return append(own.start(FrameType.TIMER));
    }

    /** @return the index of the frame, or {@link #NO_ROOM}; the configuration is in force then */
    long appendConfig(Config config) {
        long term = core.promises.term().number();
        FrameEncoder encoder = ConfigFrames.make(config, term, core.log.last(), time.timeNs());
        if (!core.countsFlushedOnly(config)) {
            core.promises.beDirty(); // as above; it counts by its own rules, as soon as it is in force
        }
        if (!core.log.reserve(encoder.length())) {
            return NO_ROOM;
        }
        PlacedConfig placed = new PlacedConfig(encoder.lastIndex(), term, config);
        core.beforeConfig(placed);
        send(encoder);
        core.onConfigAppended(placed);
        return placed.index();
    }
}
