package dev.lockstep.transport.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.transport.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Two networks of their own, with a wire between them on which datagrams can be lost. Gone, with all that was set in
 * them, when it is closed. Needs root.
 */
final class NetworkNamespaces implements AutoCloseable {
    private static final String DEVICE = "wire";
    /** Nobody else has it: the networks know of no other. */
    private static final String SUBNET = "10.213.77.";

    private final String prefix =
            "lockstep-" + Integer.toHexString(ThreadLocalRandom.current().nextInt()) + "-";
    private int made;

    private NetworkNamespaces() {}

    /** @return the two, or nothing: the test is skipped where they cannot be made */
    static NetworkNamespaces make() {
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: only root may make network namespaces");
        for (String tool : new String[] {"ip", "iptables"}) {
            assumeTrue(isInstalled(tool), "skipped: " + tool + " is not installed");
        }
        NetworkNamespaces namespaces = new NetworkNamespaces();
        try {
            namespaces.build();
            return namespaces;
        } catch (RuntimeException | Error e) {
            namespaces.close();
            throw e;
        }
    }

    private static boolean isInstalled(String tool) {
        return Arrays.stream((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }

    private void build() {
        for (int node = 1; node <= 2; node++) {
            try {
                Commands.run("ip", "netns", "add", prefix + node);
            } catch (IllegalStateException e) {
                assumeTrue(node > 1, "skipped: this machine lets nobody make network namespaces: " + e.getMessage());
                throw e;
            }
            made = node;
        }
        Commands.run(
                "ip",
                "link",
                "add",
                DEVICE,
                "netns",
                prefix + 1,
                "type",
                "veth",
                "peer",
                "name",
                DEVICE,
                "netns",
                prefix + 2);
        for (int node = 1; node <= 2; node++) {
            Commands.run("ip", "-n", prefix + node, "address", "add", host(node) + "/24", "dev", DEVICE);
            Commands.run("ip", "-n", prefix + node, "link", "set", "lo", "up");
            Commands.run("ip", "-n", prefix + node, "link", "set", DEVICE, "up");
            inside(node, "iptables", "-w", "-N", "faults");
            inside(node, "iptables", "-w", "-A", "INPUT", "-i", DEVICE, "-j", "faults");
        }
    }

    /** @return what to run a program with so that it has the network of that node */
    String[] prefix(int node) {
        return new String[] {"ip", "netns", "exec", prefix + node};
    }

    /** @return that node's address */
    String host(int node) {
        return SUBNET + node;
    }

    /** From now on that part of what is sent to a node is lost, by chance. */
    void lose(int to, double part) {
        String probability = String.format(Locale.ROOT, "%.4f", part);
        drop(to, "-m", "statistic", "--mode", "random", "--probability", probability);
    }

    /** From now on nothing reaches a node. */
    void block(int to) {
        drop(to);
    }

    private void drop(int to, String... which) {
        String[] rule = {"iptables", "-w", "-A", "faults"};
        String[] words = Arrays.copyOf(rule, rule.length + which.length + 2);
        System.arraycopy(which, 0, words, rule.length, which.length);
        words[words.length - 2] = "-j";
        words[words.length - 1] = "DROP";
        inside(to, words);
    }

    /** From now on everything reaches a node. */
    void heal(int to) {
        inside(to, "iptables", "-w", "-F", "faults");
    }

    /** @return how many datagrams to a node were lost since it was healed last */
    long lost(int to) {
        return inside(to, "iptables", "-w", "-nvxL", "faults")
                .lines()
                .filter(line -> line.contains("DROP"))
                .mapToLong(line -> Long.parseLong(line.strip().split(" ", 2)[0]))
                .sum();
    }

    private String inside(int node, String... command) {
        String[] exec = prefix(node);
        String[] words = Arrays.copyOf(exec, exec.length + command.length);
        System.arraycopy(command, 0, words, exec.length, command.length);
        return Commands.run(words);
    }

    @Override
    public void close() {
        for (int node = made; node >= 1; node--) {
            Commands.run("ip", "netns", "delete", prefix + node); // the wire and the rules go with it
        }
    }
}
