package dev.lockstep.samples;

import dev.lockstep.samples.cluster.ClusterDrill;
import dev.lockstep.samples.cluster.NodeProgram;
import dev.lockstep.samples.quickstart.Quickstart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs one of the samples. */
public final class Samples {
    private static final String USAGE = """
            samples/run quickstart [--directory DIR]
                one durable node: submits, stops, starts again, and shows that the state is still there
            samples/run cluster [--seconds N] [--directory DIR]
                three processes: a live line of commands a second and latency, a kill -9 of the primary, and a verdict
            """;

    private Samples() {}

    /**
     * Runs the sample that the first argument names.
     *
     * @param arguments the sample's name, and what it is told
     * @throws IOException if no directory can be made
     * @throws InterruptedException if it is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> rest = List.of(arguments);
        String name = rest.isEmpty() ? "" : rest.get(0);
        switch (name) {
            case "quickstart" -> Quickstart.run(directory(rest));
            case "cluster" -> {
                boolean isRight = new ClusterDrill(directory(rest), seconds(rest), System.out).run();
                System.exit(isRight ? 0 : 1);
            }
            case NodeProgram.NAME -> NodeProgram.run(rest.subList(1, rest.size()));
            default -> {
                System.err.print(USAGE);
                System.exit(2);
            }
        }
    }

    private static Path directory(List<String> arguments) throws IOException {
        int at = arguments.indexOf("--directory");
        return at < 0
                ? Files.createTempDirectory("lockstep-")
                : Files.createDirectories(Path.of(arguments.get(at + 1)));
    }

    private static int seconds(List<String> arguments) {
        int at = arguments.indexOf("--seconds");
        return at < 0 ? 6 : Integer.parseInt(arguments.get(at + 1));
    }
}
