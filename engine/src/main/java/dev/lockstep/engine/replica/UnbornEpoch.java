package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;

/**
 * The frame that founds an epoch stands in this node's log, and nobody was told of it. The epoch is born, and the frame
 * committed by definition, when the ballot says so: once the frame is on the device, and if the node has promised nothing
 * else meanwhile. Otherwise, and if the node goes down before, the epoch is given up: the frame is cut as soon as there is
 * room. Until then nobody elects this node, and nobody founds an epoch on its log, which looks newer than it is. Owned by
 * the replica's thread.
 */
final class UnbornEpoch {
    private final Core core;
    private final Stage stage;
    private final Cutter cutter;
    /** Null if none is expected. */
    private FrameRef frame;

    private boolean isGivenUp;

    UnbornEpoch(Core core, Stage stage, Cutter cutter) {
        this.core = core;
        this.stage = stage;
        this.cutter = cutter;
    }

    /** The log ends with the frame that founds it. */
    void expect() {
        frame = core.log.last();
        isGivenUp = false;
    }

    /**
     * This node went down before the epoch was born: it may be that those who were lost have come back since, and have
     * gone on. Whoever still wants it asks for it again.
     */
    void giveUpWhatWasBegunBefore() {
        if (!core.configs.isEmpty()
                && core.config().epoch() > core.promises.term().epoch()) {
            expect();
            tellThatItIsGivenUp("this node went down before the epoch was born; try again");
            core.remark(
                    "this node went down while it founded an epoch, which is given up: promote it again if the others"
                            + " are lost indeed");
        }
    }

    boolean isExpected() {
        return frame != null;
    }

    void onTick() {
        if (frame == null) {
            return;
        }
        if (!core.log.holds(frame)) {
            tellThatItIsGivenUp("the log of another primary came in between");
            frame = null; // what came in between has cut it, or could not read it
        } else if (isGivenUp || !isStillMine()) {
            giveUp("another node asked for more");
        } else if (core.log.flushedIndex() >= frame.index()) {
            bear();
        }
    }

    private boolean isStillMine() {
        long parent = core.config().lastFork().epoch();
        return core.promises.term().equals(new Term(parent, frame.term()));
    }

    /**
     * @param reason why
     * @return whether none is expected any more; otherwise there is no room for the note of the cut now
     */
    boolean giveUp(String reason) {
        if (frame == null) {
            return true;
        }
        tellThatItIsGivenUp(reason);
        if (core.log.holds(frame) && !cutter.cutFrom(frame.index())) {
            return false;
        }
        frame = null;
        return true;
    }

    private void tellThatItIsGivenUp(String reason) {
        if (!isGivenUp) {
            isGivenUp = true;
            core.listener.onPromotionFailed(reason);
        }
    }

    private void bear() {
        PlacedConfig founding = core.configs.newest();
        Config config = founding.config();
        core.promises.found(config.epoch(), founding.index(), founding.term());
        frame = null; // not before: if there is no room for the ballot, the epoch is born in another turn
        core.commitFounding(founding.index());
        core.listener.onIntroduction(core.promises.clusterId(), config.epoch());
        stage.follow();
        for (Member each : config.voters()) {
            if (each.node() != core.self() && core.peers.isUp(each.node())) {
                core.outbox.epochNotice(each.node(), founding);
            }
        }
        stage.campaign(false);
    }
}
