package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.StateMachine;

/** What a snapshot is made of: all that was applied has changed, and nothing else. Owned by the applier's thread. */
record StateParts(
        SessionTable sessions, Timers timers, Withheld withheld, Checkpoints checkpoints, StateMachine machine) {}
