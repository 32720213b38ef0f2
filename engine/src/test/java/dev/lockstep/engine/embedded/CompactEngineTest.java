package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Threading;

final class CompactEngineTest extends EngineContract {
    @Override
    Threading threading() {
        return Threading.COMPACT;
    }
}
