package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.engine.RunningEngine;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One of up to three nodes on this machine's loopback, with a large state. It takes a snapshot when it is told to, and by
 * itself never.
 *
 * @param name its name
 * @param names all that it lists, itself among them
 * @param port the first port of all: three for each of three nodes
 * @param directory where all have a directory each
 */
record TrioNode(String name, String names, int port, Path directory) {
    static final String MEASURING = "a";
    static final int PORTS = 9;

    private static final int PORTS_OF_ONE = 3;
    private static final int WINDOW = 1 << 12;
    private static final int MAX_REPLY_BYTES = 64;
    private static final int SEGMENT_BYTES = 4 << 20;
    /** A machine that stands still is to show in the figures, and not to change the primary. */
    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);
    /** In election timeouts: the measuring node is to be the primary. */
    private static final int PARTNER_PRIORITY = 1;

    TrioNode as(String other) {
        return new TrioNode(other, names, port, directory);
    }

    List<String> toArguments() {
        return List.of(name, names, "" + port, directory.toString());
    }

    /** @return a member as it is listed */
    String listed(String member) {
        int number = member.charAt(0) - 'a';
        return member + "#" + (number + 1) + "=127.0.0.1:" + (port + number * PORTS_OF_ONE);
    }

    RunningEngine start() {
        return RunningEngine.start(
                Engine.builder()
                        .directory(directory.resolve(name))
                        .stateMachine(new BulkyTally(BulkyTally.GB))
                        .node(name)
                        .members(names.chars()
                                .mapToObj(each -> listed(Character.toString(each)))
                                .collect(Collectors.joining(",")))
                        .durability(Durability.APPENDED)
                        .snapshots(Snapshot.never())
                        .segmentBytes(SEGMENT_BYTES)
                        .window(WINDOW)
                        .maxReplyBytes(MAX_REPLY_BYTES)
                        .electionTimeout(ELECTION_TIMEOUT)
                        .priority(name.equals(MEASURING) ? 0 : PARTNER_PRIORITY),
                Threading.COMPACT);
    }
}
