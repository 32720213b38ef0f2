package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Threading;

final class CallerEngineTest extends EngineContract {
    @Override
    Threading threading() {
        return Threading.CALLER;
    }
}
