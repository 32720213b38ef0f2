package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.ChildJvm;
import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.ParentProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes one measurement and tells the parent process what it has found; ends when that process does. */
@Command(name = MeasureTransport.NAME, hidden = true, description = "Takes one of the transport's measurements.")
public final class MeasureTransport implements Callable<Integer> {
    static final String NAME = "measure-transport";

    @Parameters(index = "0")
    private TransportMeasurement which;

    @Parameters(index = "1")
    private Path directory;

    @Parameters(index = "2")
    private Effort effort;

    @Override
    public Integer call() throws IOException {
        ParentProcess.watch(0);
        which.make().run(directory, effort, ChildJvm::tellParent);
        return 0;
    }
}
