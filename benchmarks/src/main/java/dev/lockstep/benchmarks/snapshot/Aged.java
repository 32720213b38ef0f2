package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.Application;
import dev.lockstep.benchmarks.engine.FullLoad;
import dev.lockstep.benchmarks.engine.RunningEngine;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;
import org.agrona.concurrent.YieldingIdleStrategy;

/** Gives a node that is alone a snapshot of a large state and some log behind it, for {@link Restart}. Prints no figure. */
final class Aged implements Measurement {
    static final int COMMANDS = 200_000;

    static RunningEngine start(Path directory) {
        return RunningEngine.start(
                Engine.builder()
                        .directory(directory)
                        .stateMachine(new BulkyTally(BulkyTally.GB))
                        .durability(Durability.APPENDED)
                        .snapshots(Snapshot.never())
                        .maxReplyBytes(64),
                Threading.COMPACT);
    }

    @Override
    public void run(Path directory, Effort effort, Results results) {
        try (RunningEngine engine = start(directory)) {
            engine.awaitPrimary();
            try (Application application = new Application(engine, new YieldingIdleStrategy())) {
                FullLoad.answer(application, COMMANDS);
                engine.engine().snapshot().join();
                FullLoad.answer(application, COMMANDS);
            }
        }
    }
}
