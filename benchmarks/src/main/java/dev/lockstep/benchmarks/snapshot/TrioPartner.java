package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.ParentProcess;
import dev.lockstep.benchmarks.PartnerJvm;
import dev.lockstep.benchmarks.engine.RunningEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The process of another node: it runs until the measuring one lets go of it, and does what that one says. */
@Command(name = TrioPartner.NAME, hidden = true, description = "Is another node of what is measured.")
public final class TrioPartner implements Callable<Integer> {
    static final String NAME = "trio-partner";
    /** What it says once its engine is started. */
    static final String READY = "ready";
    /** What it is told if it may be the primary. */
    static final String HAND_OVER = "hand over";
    /** What it is told to have a snapshot taken, and what it says when that is durable. */
    static final String SNAPSHOT = "snapshot";

    static final String TAKEN = "taken";
    /** What it is told to come up to the others, and what it says when it has. */
    static final String CATCH_UP = "catch up";

    static final String CAUGHT_UP = "caught up";

    private static final long GRACE_MS = 20_000;
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    @Parameters(index = "0")
    private String name;

    @Parameters(index = "1")
    private String names;

    @Parameters(index = "2")
    private int port;

    @Parameters(index = "3")
    private Path directory;

    static PartnerJvm start(TrioNode node) {
        List<String> arguments = new ArrayList<>(List.of(NAME));
        arguments.addAll(node.toArguments());
        return PartnerJvm.start(List.of(), arguments);
    }

    @Override
    public Integer call() {
        ParentProcess parent = ParentProcess.watch(GRACE_MS);
        try (RunningEngine engine = new TrioNode(name, names, port, directory).start()) {
            parent.tell(READY);
            Thread thread = new Thread(() -> obey(parent, engine), "obedience");
            thread.setDaemon(true);
            thread.start();
            while (!parent.isGone()) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        return 0;
    }

    private static void obey(ParentProcess parent, RunningEngine engine) {
        while (!parent.isGone()) {
            switch (parent.awaitWord()) {
                case HAND_OVER -> {
                    while (!engine.handOver(TrioNode.MEASURING)) {
                        LockSupport.parkNanos(PAUSE_NS); // it has not caught up yet
                    }
                }
                case SNAPSHOT -> {
                    engine.engine().snapshot().join();
                    parent.tell(TAKEN);
                }
                case CATCH_UP -> {
                    engine.await(
                            status -> status.baseIndex() > 0
                                    && status.committedIndex() > status.baseIndex()
                                    && status.appliedIndex() >= status.committedIndex(),
                            "have caught up");
                    parent.tell(CAUGHT_UP);
                }
                default -> throw new IllegalStateException("the measuring process says what nobody knows");
            }
        }
    }
}
