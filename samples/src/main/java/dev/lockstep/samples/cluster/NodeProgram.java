package dev.lockstep.samples.cluster;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.ReadConsistency;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * One node, in a process of its own. It submits as long as it is the primary, says four times a second how that goes, and
 * does what its standard input says: {@code hush}, {@code report} and {@code quit}.
 */
public final class NodeProgram {
    /** What it is called by. */
    public static final String NAME = "node";

    static final String PROGRESS = "PROGRESS";
    static final String STATE = "STATE";
    static final String FAILED = "FAILED";
    private static final long INTERVAL_MS = 250;

    private NodeProgram() {}

    /**
     * Runs it until it is told to quit.
     *
     * @param arguments the node's name, the member list, its directory, and the number that its commands carry
     * @throws IOException if its standard input fails
     */
    public static void run(List<String> arguments) throws IOException {
        String name = arguments.get(0);
        Receipts receipts = new Receipts();
        try (Engine engine = Engine.builder()
                        .node(name)
                        .members(arguments.get(1))
                        .directory(Path.of(arguments.get(2)))
                        .stateMachine(receipts)
                        .start();
                Load load = new Load(engine, Long.parseLong(arguments.get(3)))) {
            load.start();
            Thread reporter = new Thread(() -> report(engine, load), "reporter");
            reporter.setDaemon(true);
            reporter.start();
            obey(engine, load, receipts);
        }
    }

    private static void obey(Engine engine, Load load, Receipts receipts) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
            if (line.equals("hush")) {
                load.close();
            } else if (line.equals("report")) {
                say(state(engine, receipts));
            }
        }
    }

    private static String state(Engine engine, Receipts receipts) {
        try {
            return STATE + " "
                    + engine.read(ReadConsistency.LINEARIZABLE, receipts::summary)
                            .join()
                            .value();
        } catch (CompletionException e) {
            return FAILED + " " + e.getCause().getMessage();
        }
    }

    private static void report(Engine engine, Load load) {
        try {
            while (true) {
                Thread.sleep(INTERVAL_MS);
                EngineStatus status = engine.status();
                say(PROGRESS + " " + status.role() + " " + status.term() + " " + load.progress());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
