package dev.lockstep.samples.cluster;

import dev.lockstep.samples.Samples;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A node in a process of its own, as the drill sees it. */
final class NodeProcess {
    private static final long PATIENCE_S = 30;

    /** What a node has said of itself last. */
    record Progress(String role, long term, long source, long acknowledged, long perSecond, long p50Us, long p99Us) {
        private static Progress parse(String line) {
            String[] words = line.split(" ", -1);
            return new Progress(
                    words[1],
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]),
                    Long.parseLong(words[6]),
                    Long.parseLong(words[7]));
        }
    }

    final String name;
    private final Process process;
    private final PrintStream in;
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private volatile Progress progress;

    private NodeProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread listener = new Thread(this::listen, "listener of " + name);
        listener.setDaemon(true);
        listener.start();
    }

    /** The same Java and the same flags as this process. */
    static NodeProcess start(String name, String members, Path directory, long source) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(each -> !each.startsWith("-agentlib") && !each.startsWith("-javaagent"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Samples.class.getName()));
        command.addAll(
                List.of(NodeProgram.NAME, name, members, directory.resolve(name).toString(), Long.toString(source)));
        return new NodeProcess(
                name,
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    private void listen() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(NodeProgram.PROGRESS)) {
                    progress = Progress.parse(line);
                } else {
                    answers.add(line);
                }
            }
        } catch (IOException e) {
            answers.add(NodeProgram.FAILED + " " + e.getMessage());
        }
    }

    /** @return what it said last; null if it has said nothing yet */
    Progress progress() {
        return progress;
    }

    boolean isPrimary() {
        Progress last = progress;
        return last != null && process.isAlive() && last.role().equals("PRIMARY");
    }

    /** It submits nothing more, and returns when all that it has submitted is answered. */
    void hush() {
        in.println("hush");
    }

    /** @return what it says of its state, once it has all that was committed */
    String report() throws InterruptedException {
        in.println("report");
        String answer = answers.poll(PATIENCE_S, TimeUnit.SECONDS);
        return answer == null ? NodeProgram.FAILED + " no answer" : answer;
    }

    /** Nothing in it hears of this: it ends in the middle of whatever it does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void quit() throws InterruptedException {
        in.println("quit");
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
