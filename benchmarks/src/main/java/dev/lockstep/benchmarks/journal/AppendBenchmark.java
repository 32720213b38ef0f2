package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Session;
import dev.lockstep.storage.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The average cost of a frame, back to back: a check from another side on what is measured under load.
 *
 * <p>Frames come in runs that fit a segment, and each run begins when the next segment is ready: otherwise this would
 * measure how fast the device takes zeros.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AppendBenchmark {
    private static final int COMMAND_BYTES = 100;
    private static final int FRAMES_A_RUN = 50_000;

    private RunningJournal running;
    private FrameAppender appender;

    /**
     * @throws IOException if the journal cannot be opened
     */
    @Setup(Level.Trial)
    public void open() throws IOException {
        Path directory = Path.of(System.getProperty(Session.DIRECTORY_PROPERTY));
        running = RunningJournal.open(directory, JournalSettings.DEFAULT);
        appender = new FrameAppender(running.journal(), BusySpinIdleStrategy.INSTANCE);
    }

    /** Waits for the next segment, and lets old ones go so that the device does not fill. */
    @Setup(Level.Invocation)
    public void awaitRoom() {
        running.awaitRoom();
        running.journal().compactBelow(running.journal().flushedIndex());
    }

    /**
     * @return the last index
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES_A_RUN)
    public long appendFrames() {
        for (int i = 0; i < FRAMES_A_RUN; i++) {
            appender.append(COMMAND_BYTES);
        }
        return running.journal().appendedIndex();
    }

    /** Lets go of the journal. */
    @TearDown(Level.Trial)
    public void close() {
        running.close();
    }
}
