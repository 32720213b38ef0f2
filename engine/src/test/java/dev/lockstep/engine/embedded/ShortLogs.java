package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Nodes that take a snapshot every few thousand commands, and so cut their logs soon. */
final class ShortLogs {
    static final int EVERY = 5_000;

    private ShortLogs() {}

    static void set(EngineBuilder builder) {
        builder.segmentBytes(512 << 10).maxCommandBytes(1024).snapshots(Snapshot.every(EVERY));
    }

    /** @return a node that is alone */
    static EngineBuilder single(Path directory, Adder adder) {
        EngineBuilder builder =
                Engine.builder().directory(directory).stateMachine(adder).durability(Durability.APPENDED);
        set(builder);
        return builder;
    }

    /** Returns when the log of a node that is alone begins behind the older of two. */
    static void runUntilTheLogIsCut(EngineBuilder single, Consumer<Engine> load) {
        try (OpenEngine open = OpenEngine.start(single, Threading.COMPACT)) {
            while (open.engine.status().baseIndex() == 0) {
                load.accept(open.engine);
            }
        }
    }

    static EngineStatus await(Engine engine, Predicate<EngineStatus> condition) {
        EngineStatus status = engine.status();
        while (!condition.test(status)) {
            LockSupport.parkNanos(1_000_000);
            status = engine.status();
        }
        return status;
    }
}
