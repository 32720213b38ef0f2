package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.ChildJvm;
import dev.lockstep.benchmarks.Effort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes one measurement and tells the parent process what it has found. */
@Command(name = MeasureJournal.NAME, hidden = true, description = "Takes one of the journal's measurements.")
public final class MeasureJournal implements Callable<Integer> {
    static final String NAME = "measure-journal";

    @Parameters(index = "0")
    private JournalMeasurement which;

    @Parameters(index = "1")
    private Path directory;

    @Parameters(index = "2")
    private Effort effort;

    @Override
    public Integer call() throws IOException {
        which.make().run(directory, effort, ChildJvm::tellParent);
        return 0;
    }
}
