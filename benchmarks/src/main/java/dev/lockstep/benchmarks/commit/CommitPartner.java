package dev.lockstep.benchmarks.commit;

import dev.lockstep.benchmarks.ParentProcess;
import dev.lockstep.benchmarks.PartnerJvm;
import dev.lockstep.benchmarks.engine.RunningEngine;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The process of the other node: it runs until the measuring one lets go of it, and hands over its office when it is told. */
@Command(name = CommitPartner.NAME, hidden = true, description = "Is the other node of what is measured.")
public final class CommitPartner implements Callable<Integer> {
    static final String NAME = "commit-partner";
    /** What it says once its engine is started. */
    static final String READY = "ready";
    /** What it is told if it is the primary. */
    static final String HAND_OVER = "hand over";

    private static final long GRACE_MS = 20_000;
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    @Parameters(index = "0")
    private String name;

    @Parameters(index = "1")
    private int port;

    @Parameters(index = "2")
    private ClusterKind kind;

    @Parameters(index = "3")
    private Path directory;

    static PartnerJvm start(CommitNode node) {
        List<String> arguments = new ArrayList<>(List.of(NAME));
        arguments.addAll(node.toArguments());
        return PartnerJvm.start(List.of(), arguments);
    }

    @Override
    public Integer call() {
        ParentProcess parent = ParentProcess.watch(GRACE_MS);
        try (RunningEngine engine = new CommitNode(name, port, kind, directory).start()) {
            parent.tell(READY);
            obey(parent, engine);
            IdleStrategy idle = kind.whileIdle();
            while (!parent.isGone()) {
                if (kind.threading != Threading.CALLER) {
                    LockSupport.parkNanos(PAUSE_NS);
                } else if (engine.work() == 0) {
                    idle.idle();
                }
            }
        }
        return 0;
    }

    /** Its word is always the same: that this node is not to be the primary. */
    private static void obey(ParentProcess parent, RunningEngine engine) {
        Thread thread = new Thread(
                () -> {
                    while (!parent.isGone()) {
                        parent.await();
                        while (!engine.handOver(CommitNode.MEASURING)) {
                            LockSupport.parkNanos(PAUSE_NS); // it has not caught up yet
                        }
                    }
                },
                "obedience");
        thread.setDaemon(true);
        thread.start();
    }
}
