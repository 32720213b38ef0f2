package dev.lockstep.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Parameters;

/** Takes one measurement and tells the parent process what it has found; ends when that process does. */
public abstract class OneMeasurement implements Callable<Integer> {
    @Parameters(index = "1")
    private Path directory;

    @Parameters(index = "2")
    private Effort effort;

    /** @return what to take: the first parameter says which */
    protected abstract Measurement make();

    @Override
    public final Integer call() throws IOException {
        ParentProcess.watch(0);
        make().run(directory, effort, ChildJvm::tellParent);
        return 0;
    }
}
