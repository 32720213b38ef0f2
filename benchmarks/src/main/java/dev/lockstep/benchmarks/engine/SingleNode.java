package dev.lockstep.benchmarks.engine;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;
import java.util.Locale;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * How a node runs that is alone; all else is as it is by default.
 *
 * @param threading who does the work
 * @param durability what it takes to be committed
 */
record SingleNode(Threading threading, Durability durability) {
    /** Far more than are under way for as long as a device may take. */
    private static final int WINDOW = 1 << 14;

    private static final int MAX_REPLY_BYTES = 64;

    RunningEngine start(Path directory) {
        return RunningEngine.start(
                Engine.builder()
                        .directory(directory)
                        .stateMachine(new Tally())
                        .durability(durability)
                        .window(WINDOW)
                        .maxReplyBytes(MAX_REPLY_BYTES),
                threading);
    }

    /** @return what the application's thread does in a turn without work: it lets the flusher run if it waits for that */
    IdleStrategy whileIdle() {
        return threading == Threading.CALLER && durability == Durability.APPENDED
                ? BusySpinIdleStrategy.INSTANCE
                : YieldingIdleStrategy.INSTANCE;
    }

    /** @return how the names of its figures begin */
    String figure() {
        return ("engine." + threading + "." + durability).toLowerCase(Locale.ROOT);
    }
}
