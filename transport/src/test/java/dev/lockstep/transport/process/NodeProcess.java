package dev.lockstep.transport.process;

import dev.lockstep.transport.Commands;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A {@link TrafficNode} in its process, as the test sees it: every line that it has written, and a way to wait for one. */
final class NodeProcess implements AutoCloseable {
    static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private final int node;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    private NodeProcess(int node, Process process) {
        this.node = node;
        this.process = process;
        Thread reader = new Thread(this::read, "node-" + node);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * @param prefix what to run java with; may be empty
     * @param node its number
     * @param arguments those of the node
     */
    static NodeProcess start(List<String> prefix, int node, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Objects.requireNonNull(System.getProperty("lockstep.jvm.options"), "lockstep.jvm.options"));
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TrafficNode.class.getName()));
        command.addAll(arguments);
        try {
            return new NodeProcess(
                    node,
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("its output ended: " + e.getMessage()); // as it does when it is killed
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    /** Has it do something. */
    void tell(String command) {
        try {
            process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("node " + node + " takes no commands any more; it said " + said(), e);
        }
    }

    /** @return how many lines it has written: a place to wait from */
    synchronized int mark() {
        return lines.size();
    }

    /** @return everything that it has written from that line on */
    synchronized List<String> since(int mark) {
        return List.copyOf(lines.subList(mark, lines.size()));
    }

    private synchronized List<String> said() {
        return List.copyOf(lines);
    }

    /**
     * Waits until it writes a line that begins so.
     *
     * @param from the first line to look at
     * @return the line
     */
    String await(int from, String beginning) {
        return await(from, beginning, PATIENCE_NS);
    }

    private synchronized String await(int from, String beginning, long patienceNs) {
        long deadlineNs = System.nanoTime() + patienceNs;
        int at = from;
        while (true) {
            for (; at < lines.size(); at++) {
                String line = lines.get(at);
                if (line.startsWith(beginning)) {
                    return line;
                }
                if (line.startsWith("wrong")) {
                    throw new AssertionError("node " + node + ": " + lines);
                }
            }
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
            if (ended || leftMs <= 0) {
                throw new AssertionError("node " + node + (ended ? " has ended" : " did not say") + ", and \""
                        + beginning + "\" was to come after line " + from + " of " + lines);
            }
            try {
                wait(leftMs);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Waits until so many messages of a node have come on each stream, in this life of the link. */
    void awaitMessages(int from, int count) {
        int before = mark();
        tell("expect " + from + " " + count);
        await(before, "heard " + from + " " + count);
    }

    /** Fails if it has found something wrong. */
    synchronized void check() {
        for (String line : lines) {
            if (line.startsWith("wrong")) {
                throw new AssertionError("node " + node + ": " + lines);
            }
        }
    }

    /** Stops it where it is. */
    void stop() {
        signal("STOP");
    }

    /** Lets it go on. */
    void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        Commands.run("sh", "-c", "kill -" + name + " " + process.pid());
    }

    /** Ends it, without a word to it. */
    void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("node " + node + " does not die");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has it end by itself. */
    void end() throws InterruptedException {
        tell("close");
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("node " + node + " does not end");
        }
    }

    @Override
    public void close() {
        kill();
    }
}
