package dev.lockstep.samples.cluster;

import dev.lockstep.samples.cluster.NodeProcess.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Three nodes on this machine, under load; the primary is killed, another one takes over, the killed one comes back; then
 * all are asked what they have.
 */
public final class ClusterDrill {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int PORTS_OF_A_NODE = 3;
    private static final long LINE_MS = 500;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    private final Path directory;
    private final int seconds;
    private final PrintStream out;
    private final Map<String, NodeProcess> nodes = new HashMap<>();
    /** The most that each source's commands were acknowledged, as far as it was told. */
    private final Map<Long, Long> acknowledged = new HashMap<>();

    private String members = "";
    private long sources;

    /**
     * @param directory where the nodes keep everything
     * @param seconds how long there is load before the kill, and after it
     * @param out where to tell how it goes
     */
    public ClusterDrill(Path directory, int seconds, PrintStream out) {
        this.directory = directory;
        this.seconds = seconds;
        this.out = out;
    }

    /**
     * Runs it.
     *
     * @return whether nothing was lost that was acknowledged, nothing applied twice, and all are the same
     * @throws IOException if a process cannot be started
     * @throws InterruptedException if it is interrupted
     */
    public boolean run() throws IOException, InterruptedException {
        members = newMembers();
        out.println("Three nodes: " + members + ", in " + directory);
        try {
            for (String name : NAMES) {
                start(name);
            }
            watch(seconds, awaitPrimary(null));
            NodeProcess primary = awaitPrimary(null);
            out.println("kill -9 of the primary, node " + primary.name);
            long killedNs = System.nanoTime();
            primary.kill();
            note(primary);
            NodeProcess next = awaitPrimary(primary);
            out.printf(
                    "node %s is the primary, and has said so %d ms after the kill%n",
                    next.name, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNs));
            start(primary.name);
            out.println("node " + primary.name + " is started again");
            watch(seconds, next);
            return judge();
        } finally {
            for (NodeProcess each : nodes.values()) {
                each.quit();
            }
        }
    }

    private void start(String name) throws IOException {
        nodes.put(name, NodeProcess.start(name, members, directory, ++sources));
    }

    /** Ports that are free now, next to each other for each node. */
    private static String newMembers() throws IOException {
        List<String> listed = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        for (String name : NAMES) {
            int port = freePort(taken);
            for (int i = 0; i < PORTS_OF_A_NODE; i++) {
                taken.add(port + i);
            }
            listed.add(name + "=127.0.0.1:" + port);
        }
        return String.join(",", listed);
    }

    private static int freePort(Set<Integer> taken) throws IOException {
        while (true) {
            int port;
            try (DatagramSocket socket =
                    new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                port = socket.getLocalPort();
            }
            if (port + PORTS_OF_A_NODE < 65_000 && areFree(port, taken)) {
                return port;
            }
        }
    }

    private static boolean areFree(int first, Set<Integer> taken) {
        for (int port = first; port < first + PORTS_OF_A_NODE; port++) {
            try (DatagramSocket socket =
                    new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
                if (taken.contains(socket.getLocalPort())) {
                    return false;
                }
            } catch (SocketException e) {
                return false; // somebody has it
            }
        }
        return true;
    }

    private NodeProcess awaitPrimary(NodeProcess notThisOne) throws InterruptedException {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (System.nanoTime() < deadlineNs) {
            NodeProcess newest = nodes.values().stream()
                    .filter(each -> each != notThisOne && each.isPrimary())
                    .max(Comparator.comparingLong(each -> each.progress().term()))
                    .orElse(null);
            if (newest != null) {
                return newest;
            }
            Thread.sleep(10);
        }
        throw new IllegalStateException("no node became the primary");
    }

    private void watch(int forSeconds, NodeProcess first) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(forSeconds);
        NodeProcess primary = first;
        while (System.nanoTime() < endNs) {
            Thread.sleep(LINE_MS);
            primary = awaitPrimary(null);
            Progress now = primary.progress();
            out.printf(
                    "node %s, primary of term %d: %,9d commands/s   p50 %,6d us   p99 %,6d us%n",
                    primary.name, now.term(), now.perSecond(), now.p50Us(), now.p99Us());
        }
        nodes.values().forEach(this::note);
    }

    private void note(NodeProcess node) {
        Progress last = node.progress();
        if (last != null) {
            acknowledged.merge(last.source(), last.acknowledged(), Math::max);
        }
    }

    private boolean judge() throws InterruptedException {
        boolean isRight = true;
        nodes.values().forEach(NodeProcess::hush);
        Set<String> states = new HashSet<>();
        for (NodeProcess each : nodes.values()) {
            String state = each.report();
            out.println("node " + each.name + " has: " + shortened(state));
            isRight &= isSound(state);
            states.add(state);
        }
        isRight &= states.size() == 1;
        out.println(
                isRight
                        ? "Nothing that was acknowledged was lost, nothing was applied twice, and all nodes have the same."
                        : "WRONG: something was lost, or applied twice, or nodes differ; acknowledged was "
                                + acknowledged);
        return isRight;
    }

    private static String shortened(String state) {
        return state.length() > 120 ? state.substring(0, 120) + "..." : state;
    }

    private boolean isSound(String state) {
        if (!state.startsWith(NodeProgram.STATE)) {
            return false;
        }
        String[] words = state.split(" ", -1);
        boolean isSound = words[2].equals("0");
        Map<Long, Long> last = new HashMap<>();
        for (int i = 4; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            last.put(Long.parseLong(words[i].substring(0, equals)), Long.parseLong(words[i].substring(equals + 1)));
        }
        for (Map.Entry<Long, Long> each : acknowledged.entrySet()) {
            isSound &= last.getOrDefault(each.getKey(), 0L) >= each.getValue();
        }
        return isSound;
    }
}
