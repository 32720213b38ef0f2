package dev.lockstep.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a measurement in a fresh JVM with this one's flags, so that what was measured before has not shaped what the
 * compiler makes of the code. The child prints its figures, and this side reads them.
 */
public final class ChildJvm {
    private static final String PREFIX = "measured: ";
    private static final String SEPARATOR = " = ";

    private ChildJvm() {}

    /**
     * Child: prints a figure for the parent.
     *
     * @param name the figure
     * @param value what was measured
     */
    public static void tellParent(String name, double value) {
        System.out.println(PREFIX + name + SEPARATOR + value);
    }

    /** Runs a subcommand of this program; everything else that it prints is shown. */
    static void run(List<String> arguments, Results results) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(command(List.of(), arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = child.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                onLine(line, results);
            }
        }
        int status = child.waitFor();
        if (status != 0) {
            throw new IllegalStateException("the measurement " + String.join(" ", arguments) + " ended with status "
                    + status + "; what it said is printed above");
        }
    }

    /**
     * @param flags more flags than this JVM has
     * @param arguments a subcommand of this program
     * @return what to start
     */
    static List<String> command(List<String> flags, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Benchmarks.class.getName()));
        command.addAll(arguments);
        return command;
    }

    private static void onLine(String line, Results results) {
        int separator = line.indexOf(SEPARATOR);
        if (!line.startsWith(PREFIX) || separator < 0) {
            System.out.println("    " + line);
            return;
        }
        String name = line.substring(PREFIX.length(), separator);
        double value = Double.parseDouble(line.substring(separator + SEPARATOR.length()));
        results.add(name, value);
        System.out.println("    " + name + SEPARATOR + Report.plain(value));
    }
}
