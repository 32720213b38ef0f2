package dev.lockstep.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that a measurement needs beside its own, with this one's flags: the other end of a wire. It ends when it is
 * closed, and also when this process ends; see {@link ParentProcess}.
 */
public final class PartnerJvm implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_S = 10;

    private final String name;
    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    private PartnerJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        this.output = process.inputReader();
        this.input = process.outputWriter();
    }

    /**
     * @param flags more flags than this JVM has
     * @param arguments a subcommand of this program
     * @return the JVM, which is about to start
     */
    public static PartnerJvm start(List<String> flags, List<String> arguments) {
        try {
            Process process = new ProcessBuilder(ChildJvm.command(flags, arguments))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new PartnerJvm(String.join(" ", arguments), process);
        } catch (IOException e) {
            throw new UncheckedIOException("no JVM could be started for " + arguments, e);
        }
    }

    /**
     * Waits until it says a word; what else it says is shown.
     *
     * @param word a line of its output
     */
    public void await(String word) {
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.equals(word)) {
                    return;
                }
                System.out.println(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("the partner " + name + " ended before it said \"" + word + "\"");
    }

    /**
     * @param word a line for it
     */
    public void tell(String word) {
        try {
            input.write(word + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the partner " + name + " does not listen", e);
        }
    }

    /** Ends it from one moment to the next, as a power cut does. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        try {
            input.close();
            if (process.waitFor(CLOSE_TIMEOUT_S, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // it is gone, or does not listen
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kill();
    }
}
