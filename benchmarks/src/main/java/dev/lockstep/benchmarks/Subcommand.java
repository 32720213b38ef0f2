package dev.lockstep.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** Takes all figures of one part of the house. */
public abstract class Subcommand implements Callable<Integer> {
    private final String measureCommand;
    private final List<Target> targets;

    @SuppressWarnings("unused") // picocli answers it
    @Option(names = "--help", usageHelp = true, description = "Says this.")
    private boolean help;

    @Option(names = "--quick", description = "Under three minutes, with fewer rounds: shows that all is well.")
    private boolean quick;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "${sys:lockstep.benchmarks.parent}",
            description = {
                "Where to make a directory for the run, which is deleted afterwards: on the device to measure.",
                "Default: ${DEFAULT-VALUE}"
            })
    private Path parent;

    /**
     * @param measureCommand the subcommand that takes one measurement, in a child
     * @param targets what some figures should be
     */
    protected Subcommand(String measureCommand, List<Target> targets) {
        this.measureCommand = measureCommand;
        this.targets = targets;
    }

    @Override
    public final Integer call() throws IOException {
        Effort effort = quick ? Effort.QUICK : Effort.FULL;
        try (Session session = new Session(measureCommand, parent, effort)) {
            measure(session, effort);
            session.report(targets);
        }
        return 0;
    }

    /**
     * Takes them.
     *
     * @param session keeps them
     * @param effort how much to do
     */
    protected abstract void measure(Session session, Effort effort);
}
