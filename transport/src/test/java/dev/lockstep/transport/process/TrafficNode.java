package dev.lockstep.transport.process;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.Transports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * A node in a process of its own. It does what it reads, a line each, and writes what happens:
 *
 * <pre>
 * open START         opens the transport; "opened"
 * pace NONE|PACED|FULL
 * watch MS           from now on for so long; then "watched NODE:STREAM:MESSAGES:LONGEST_SILENCE_MS ..."
 * expect NODE COUNT  "heard NODE COUNT" once so much came on each stream in the present life of the link
 * close              closes the transport and ends; so does the end of its input, without closing
 * </pre>
 *
 * <p>Besides it writes "ready" at first, "up NODE START GENERATION", "down NODE REASON", and "wrong WHAT" when a check
 * fails, with which it ends.
 */
final class TrafficNode {
    private static final int POLL_LIMIT = 32;

    private final Peer self;
    private final Path sharedMemory;
    private final List<Peer> peers;
    private final Queue<String> commands = new ConcurrentLinkedQueue<>();
    private Transport transport;
    private Traffic traffic;
    private boolean watching;
    private long watchedNs;
    private int expectedOf;
    private long expected;

    private TrafficNode(Peer self, Path sharedMemory, List<Peer> peers) {
        this.self = self;
        this.sharedMemory = sharedMemory;
        this.peers = peers;
    }

    /**
     * @param arguments the directory for shared memory; then NODE=ADDRESS, this node's own first
     */
    public static void main(String[] arguments) {
        List<Peer> nodes = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            String[] parts = arguments[i].split("=", 2);
            nodes.add(Peer.parse(Integer.parseInt(parts[0]), parts[1]));
        }
        TrafficNode node = new TrafficNode(nodes.get(0), Path.of(arguments[0]), nodes.subList(1, nodes.size()));
        Thread reader = new Thread(node::read, "reader");
        reader.setDaemon(true);
        reader.start();
        try {
            node.run();
        } catch (RuntimeException | Error e) {
            say("wrong " + e + " at " + Arrays.toString(e.getStackTrace()));
            Runtime.getRuntime().halt(1);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                commands.add(line);
            }
        } catch (IOException e) {
            say("input: " + e);
        }
        Runtime.getRuntime().halt(2); // whoever started this is gone
    }

    private void run() {
        say("ready");
        IdleStrategy idle = new BackoffIdleStrategy(1, 5, 1_000, 500_000);
        while (true) {
            String command = commands.poll();
            if (command != null && !obey(command.split(" ", -1))) {
                return;
            }
            idle.idle(transport == null ? 0 : turn());
        }
    }

    private int turn() {
        int work = transport.invoke();
        work += transport.poll(traffic, POLL_LIMIT);
        long nowNs = System.nanoTime();
        work += traffic.send(transport, nowNs);
        if (watching && nowNs - watchedNs >= 0) {
            watching = false;
            say("watched" + traffic.endWatch(nowNs));
        }
        if (expected > 0 && traffic.messagesOfThisLife(expectedOf) >= expected) {
            say("heard " + expectedOf + " " + expected);
            expected = 0;
        }
        return work;
    }

    private boolean obey(String[] command) {
        switch (command[0]) {
            case "open" -> open(Long.parseLong(command[1]));
            case "pace" -> traffic.pace(Traffic.Pace.valueOf(command[1]));
            case "watch" -> {
                watching = true;
                watchedNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(command[1]));
                traffic.beginWatch(System.nanoTime());
            }
            case "expect" -> {
                expectedOf = Integer.parseInt(command[1]);
                expected = Long.parseLong(command[2]);
            }
            case "close" -> {
                transport.close();
                return false;
            }
            default -> throw new IllegalArgumentException("unknown: " + command[0]);
        }
        return true;
    }

    private void open(long start) {
        traffic = new Traffic(start, TrafficNode::say);
        TransportSettings settings = TransportSettings.of(self)
                .withDirectories(null, sharedMemory)
                .withMaxMessageBytes(NumberedMessage.LONGEST_BYTES);
        Hello hello = new Hello(0xC1, 0, 1, self.node(), 1000 + self.node(), new Incarnation(start, 0));
        transport = Transports.open(settings, hello, peers);
        say("opened");
    }
}
