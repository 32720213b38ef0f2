package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Threading;

final class PipelinedEngineTest extends EngineContract {
    @Override
    Threading threading() {
        return Threading.PIPELINED;
    }
}
