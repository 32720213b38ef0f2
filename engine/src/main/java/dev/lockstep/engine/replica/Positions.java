package dev.lockstep.engine.replica;

/** Says whether a position is of this node's history (PROTOCOL A). Owned by the replica's thread. */
final class Positions {
    private final Core core;

    Positions(Core core) {
        this.core = core;
    }

    PositionState stateOf(Position position) {
        Config config = core.config();
        if (config == null || !isOfLineage(position, config)) {
            return PositionState.POSITION_LOST;
        }
        if (position.index() > core.log.lastIndex()) {
            return position.term() < core.log.lastTerm() ? PositionState.POSITION_LOST : PositionState.AHEAD;
        }
        if (position.index() <= core.log.base().index()) {
            return position.term() <= core.log.base().term() ? PositionState.HELD : PositionState.POSITION_LOST;
        }
        long term = core.log.holding(position.index()).term();
        if (position.index() <= core.log.base().index()) {
            return PositionState.HELD; // compacted while it was looked up, and so committed
        }
        boolean isSame = term == position.term();
        return isSame ? PositionState.HELD : PositionState.POSITION_LOST;
    }

    private static boolean isOfLineage(Position position, Config config) {
        if (position.epoch() == config.epoch()) {
            return true;
        }
        Fork fork = config.forkOf(position.epoch());
        return fork != null && position.index() <= fork.lastIndex();
    }
}
