package dev.lockstep.engine.replica;

import dev.lockstep.engine.Position;

/** Says whether a position is of this node's history (PROTOCOL A). Owned by the replica's thread. */
final class Positions {
    private final Core core;

    Positions(Core core) {
        this.core = core;
    }

    PositionState stateOf(Position position) {
        Config config = core.config();
        if (config == null || position.epoch() > config.epoch()) {
            return PositionState.AHEAD; // this log is not of that epoch yet, whatever this node has promised
        }
        if (!isOfLineage(position, config)) {
            return PositionState.LOST;
        }
        if (position.index() > core.log.lastIndex()) {
            return position.term() < core.log.lastTerm() ? PositionState.LOST : PositionState.AHEAD;
        }
        if (position.index() <= core.log.base().index()) {
            return position.term() == core.log.base().term() ? PositionState.HELD : PositionState.LOST;
        }
        long term = core.log.holding(position.index()).term();
        if (position.index() <= core.log.base().index()) {
            return PositionState.HELD; // compacted while it was looked up, and so committed
        }
        if (term == position.term()) {
            return PositionState.HELD;
        }
        boolean mayBeCut = term < position.term() && position.index() > core.commit.index();
        return mayBeCut ? PositionState.AHEAD : PositionState.LOST; // whoever was elected later may have put it there
    }

    private static boolean isOfLineage(Position position, Config config) {
        if (position.epoch() == config.epoch()) {
            return true;
        }
        Fork fork = config.forkOf(position.epoch());
        return fork != null && position.index() <= fork.lastIndex();
    }
}
