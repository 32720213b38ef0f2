package dev.lockstep.benchmarks.engine;

import dev.lockstep.benchmarks.Allocations;
import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;

/** What the threads that a command goes through allocate for it: the submitter's, the hot one and the applier's. */
final class AllocationPerCommand implements Measurement {
    private static final int WARM_UP_COMMANDS = 1_000_000;
    private static final int COMMANDS = 2_000_000;

    @Override
    public void run(Path directory, Effort effort, Results results) {
        double most = 0;
        for (Threading threading : Threading.values()) {
            most = Math.max(most, perCommand(directory.resolve(threading.name()), threading));
        }
        results.add("engine.bytes.per.command", most);
    }

    private static double perCommand(Path directory, Threading threading) {
        SingleNode node = new SingleNode(threading, Durability.APPENDED);
        try (RunningEngine engine = node.start(directory)) {
            engine.awaitPrimary();
            try (Application application = new Application(engine, node.whileIdle())) {
                FullLoad.answer(application, WARM_UP_COMMANDS);
                long hotBefore = Allocations.ofThreads("-hot", "-applier");
                long ownBefore = Allocations.ofThisThread();
                FullLoad.answer(application, COMMANDS);
                long own = Allocations.ofThisThread() - ownBefore;
                long hot = Allocations.ofThreads("-hot", "-applier") - hotBefore;
                return perCommand(own + hot);
            }
        }
    }

    /** A roll of the journal makes something, once in some hundred thousand commands: less than that is rounded off. */
    private static double perCommand(long bytes) {
        return Math.rint(10.0 * bytes / COMMANDS) / 10;
    }
}
