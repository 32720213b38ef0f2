package dev.lockstep.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** One run of a subcommand: its directory, its effort, and the figures so far. */
public final class Session implements AutoCloseable {
    /** The system property that tells a JMH benchmark where it may keep files. */
    public static final String DIRECTORY_PROPERTY = "lockstep.benchmarks.directory";

    private final String measureCommand;
    private final WorkDirectory directory;
    private final Effort effort;
    private final Figures figures = new Figures();
    private final long startNs = System.nanoTime();

    /**
     * @param measureCommand the subcommand that measures one thing, in a child
     * @param parent where to make the run's directory
     * @param effort how long the run may take
     * @throws IOException if the directory cannot be made
     */
    public Session(String measureCommand, Path parent, Effort effort) throws IOException {
        this.measureCommand = measureCommand;
        this.directory = WorkDirectory.in(parent);
        this.effort = effort;
        Machine.print(directory.root(), System.out);
        System.out.println();
    }

    /**
     * Measures something in a fresh JVM.
     *
     * @param measurement what
     * @param part the part of the run's directory that it uses
     */
    public void measure(Enum<?> measurement, String part) {
        progress(measurement.name());
        List<String> arguments = new ArrayList<>(
                List.of(measureCommand, measurement.name(), directory.part(part).toString(), effort.name()));
        try {
            ChildJvm.run(arguments, figures);
        } catch (IOException e) {
            throw new IllegalStateException("no JVM could be started to measure " + measurement, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring " + measurement, e);
        }
    }

    /**
     * Deletes the files of a part of the run.
     *
     * @param part its name
     */
    public void discard(String part) {
        directory.discard(part);
    }

    /**
     * Runs a JMH benchmark; every fork is a round.
     *
     * @param benchmark the class; it has one method
     * @param figure the name of what it finds
     */
    public void measureWithJmh(Class<?> benchmark, String figure) {
        progress(benchmark.getSimpleName());
        String part = benchmark.getSimpleName();
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.getName() + "\\.")
                .forks(effort.of(1, 3))
                .warmupIterations(effort.of(2, 5))
                .warmupTime(TimeValue.seconds(effort.of(1, 2)))
                .measurementIterations(effort.of(3, 5))
                .measurementTime(TimeValue.seconds(effort.of(1, 2)))
                .timeout(TimeValue.minutes(2))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .jvmArgsAppend("-D" + DIRECTORY_PROPERTY + "=" + directory.part(part));
        try {
            RunResult result = new Runner(options.build()).runSingle();
            result.getBenchmarkResults().forEach(fork -> addFork(figure, fork.getPrimaryResult()));
        } catch (RunnerException e) {
            throw new IllegalStateException("JMH could not run " + benchmark.getName(), e);
        }
        discard(part);
    }

    private void addFork(String figure, Result<?> result) {
        figures.add(figure, result.getScore());
        System.out.println("    " + figure + " = " + Report.plain(result.getScore()) + " +- "
                + Report.plain(result.getScoreError()));
    }

    private void progress(String what) {
        System.out.println("[" + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs) + " s] " + what);
    }

    /**
     * @return the figures so far
     */
    public Figures figures() {
        return figures;
    }

    /**
     * Prints all figures.
     *
     * @param targets what some of them should be
     */
    public void report(List<Target> targets) {
        progress("done");
        System.out.println();
        new Report(targets).print(figures, System.out);
    }

    @Override
    public void close() {
        directory.close();
    }
}
