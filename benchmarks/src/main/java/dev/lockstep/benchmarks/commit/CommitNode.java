package dev.lockstep.benchmarks.commit;

import dev.lockstep.benchmarks.engine.RunningEngine;
import dev.lockstep.benchmarks.engine.Tally;
import dev.lockstep.engine.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One of two nodes on this machine's loopback.
 *
 * @param name its name
 * @param port the first port of all: three of the measuring node, and then three of its partner
 * @param kind how it is to run
 * @param directory where both have a directory each
 */
record CommitNode(String name, int port, ClusterKind kind, Path directory) {
    static final String MEASURING = "a";
    static final String PARTNER = "b";
    static final int PORTS = 6;

    private static final int WINDOW = 1 << 14;
    private static final int MAX_REPLY_BYTES = 64;
    /** A machine that stands still is to show in the figures, and not to change the primary. */
    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);
    /** In election timeouts: the measuring node is to be the primary. */
    private static final int PARTNER_PRIORITY = 1;

    Path ownDirectory() {
        return directory.resolve(name);
    }

    CommitNode partner() {
        return new CommitNode(PARTNER, port, kind, directory);
    }

    List<String> toArguments() {
        return List.of(name, "" + port, kind.name(), directory.toString());
    }

    RunningEngine start() {
        return RunningEngine.start(
                Engine.builder()
                        .directory(ownDirectory())
                        .stateMachine(new Tally())
                        .node(name)
                        .members("a=127.0.0.1:" + port + ",b=127.0.0.1:" + (port + PORTS / 2))
                        .idle(kind.idle)
                        .durability(kind.durability)
                        .mtuBytes(kind.mtuBytes)
                        .window(WINDOW)
                        .maxReplyBytes(MAX_REPLY_BYTES)
                        .electionTimeout(ELECTION_TIMEOUT)
                        .priority(name.equals(PARTNER) ? PARTNER_PRIORITY : 0),
                kind.threading);
    }
}
