package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Session;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.ReadResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The cost of the next verified frame, in a journal much larger than the processor's caches, from the page cache. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReadBenchmark {
    private static final int COMMAND_BYTES = 100;
    private static final long JOURNAL_BYTES = 256_000_000;

    private RunningJournal running;
    private JournalReader reader;

    /**
     * @throws IOException if the journal cannot be opened
     */
    @Setup(Level.Trial)
    public void open() throws IOException {
        Path directory = Path.of(System.getProperty(Session.DIRECTORY_PROPERTY));
        running = RunningJournal.open(directory, JournalSettings.DEFAULT);
        if (running.journal().appendedIndex() == 0) { // the first fork fills it, the others find it
            running.close();
            Fill.uniform(directory, JOURNAL_BYTES, COMMAND_BYTES);
            running = RunningJournal.open(directory, JournalSettings.DEFAULT);
        }
        reader = running.journal().newReader();
    }

    /**
     * @return the frame's last index
     */
    @Benchmark
    public long nextFrame() {
        ReadResult result = reader.next();
        if (result != ReadResult.FRAME) {
            startAgain(result);
        }
        return reader.frame().lastIndex();
    }

    private void startAgain(ReadResult result) {
        Invariant.check(result == ReadResult.END, "a frame that was appended cannot be read");
        Invariant.check(reader.seek(1) == ReadResult.FRAME, "the oldest frame cannot be read");
    }

    /** Lets go of the journal. */
    @TearDown(Level.Trial)
    public void close() {
        reader.close();
        running.close();
    }
}
