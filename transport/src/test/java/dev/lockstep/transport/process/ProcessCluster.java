package dev.lockstep.transport.process;

import dev.lockstep.transport.aeron.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.IoUtil;

/** Nodes from 1 on, each in a process of its own, and what they share. Ends every process that it started. */
final class ProcessCluster implements AutoCloseable {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Path directory;
    private final String[] addresses;
    private final List<NodeProcess> started = new ArrayList<>();
    private final Map<Integer, NodeProcess> running = new HashMap<>();

    private ProcessCluster(Path directory, String[] addresses) {
        this.directory = directory;
        this.addresses = addresses;
    }

    /** @return nodes on this machine's loopback, none of them started yet */
    static ProcessCluster onLoopback(int nodes) {
        return at(IntStream.range(0, nodes)
                .mapToObj(i -> "127.0.0.1:" + Ports.freeRow())
                .toArray(String[]::new));
    }

    /** @return nodes at those addresses, none of them started yet */
    static ProcessCluster at(String... addresses) {
        try {
            Path directory = Files.isDirectory(SHARED_MEMORY)
                    ? Files.createTempDirectory(SHARED_MEMORY, "links")
                    : Files.createTempDirectory("links");
            return new ProcessCluster(directory, addresses);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return a process for a node, that has not opened its transport */
    NodeProcess prepare(int node, String... prefix) {
        List<String> arguments = new ArrayList<>();
        arguments.add(directory.toString());
        arguments.add(node + "=" + addresses[node - 1]);
        for (int other = 1; other <= addresses.length; other++) {
            if (other != node) {
                arguments.add(other + "=" + addresses[other - 1]);
            }
        }
        NodeProcess process = NodeProcess.start(List.of(prefix), node, arguments);
        started.add(process);
        return process;
    }

    /** Has a process that was prepared be that node from now on. */
    NodeProcess open(int node, NodeProcess process, long start) {
        process.tell("open " + start);
        running.put(node, process);
        return process;
    }

    /** Starts all, and waits until every link is up. */
    void startAll() {
        List<NodeProcess> prepared = IntStream.rangeClosed(1, addresses.length)
                .mapToObj(this::prepare)
                .toList();
        for (int node = 1; node <= addresses.length; node++) {
            open(node, prepared.get(node - 1), 1);
        }
        awaitAllUp();
    }

    void awaitAllUp() {
        for (int node = 1; node <= addresses.length; node++) {
            for (int other = 1; other <= addresses.length; other++) {
                if (other != node) {
                    node(node).await(0, "up " + other + " 1 0");
                }
            }
        }
    }

    NodeProcess node(int node) {
        return running.get(node);
    }

    /** @return the nodes that run */
    List<NodeProcess> nodes() {
        return List.copyOf(running.values());
    }

    /** @return where all of them keep their buffers */
    Path sharedMemory() {
        return directory;
    }

    /** @return how many directories and locks of drivers there are */
    long leftInSharedMemory() {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(each -> each.getFileName().toString().startsWith("lockstep-"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails if a node has found something wrong. */
    void check() {
        started.forEach(NodeProcess::check);
    }

    @Override
    public void close() {
        started.forEach(NodeProcess::close);
        IoUtil.delete(directory.toFile(), false);
    }
}
