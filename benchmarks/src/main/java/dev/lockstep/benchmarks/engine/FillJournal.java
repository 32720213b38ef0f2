package dev.lockstep.benchmarks.engine;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;

/** Gives a node a log of a given size, for {@link Restart} to start again. Prints no figure. */
record FillJournal(long bytes) implements Measurement {
    /** Each with its head and its length. */
    private static final int COMMAND_BYTES = NumberedCommand.LENGTH + 28;

    static final SingleNode NODE = new SingleNode(Threading.COMPACT, Durability.APPENDED);

    /** @return how many commands make so many bytes of log */
    static long commandsIn(long bytes) {
        return bytes / COMMAND_BYTES;
    }

    @Override
    public void run(Path directory, Effort effort, Results results) {
        try (RunningEngine engine = NODE.start(directory)) {
            engine.awaitPrimary();
            try (Application application = new Application(engine, NODE.whileIdle())) {
                FullLoad.answer(application, commandsIn(bytes));
            }
        }
    }
}
