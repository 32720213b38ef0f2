package dev.lockstep.benchmarks.commit;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.PartnerJvm;
import dev.lockstep.benchmarks.Ports;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.Application;
import dev.lockstep.benchmarks.engine.JournalCheck;
import dev.lockstep.benchmarks.engine.RunningEngine;
import dev.lockstep.engine.Role;
import java.nio.file.Path;

/**
 * Puts a load on two nodes in two processes, of which this one has the primary. When both are closed, both journals must
 * hold every command that was answered; otherwise the run fails.
 */
final class ClusterRun implements Measurement {
    /** What is measured. */
    @FunctionalInterface
    interface Load {
        /**
         * @param application offers commands to the primary
         * @param effort how long it may take
         * @param results takes the figures
         */
        void run(Application application, Effort effort, Results results);
    }

    private final ClusterKind kind;
    private final Load load;

    ClusterRun(ClusterKind kind, Load load) {
        this.kind = kind;
        this.load = load;
    }

    @Override
    public void run(Path directory, Effort effort, Results results) {
        CommitNode node = new CommitNode(CommitNode.MEASURING, Ports.freeInARow(CommitNode.PORTS), kind, directory);
        long commands;
        try (PartnerJvm partner = CommitPartner.start(node.partner());
                RunningEngine engine = node.start()) {
            partner.await(CommitPartner.READY);
            awaitPrimary(engine, partner);
            try (Application application = new Application(engine, kind.whileIdle())) {
                load.run(application, effort, results);
                commands = application.answered();
            }
        }
        JournalCheck.check(node.ownDirectory(), commands);
        JournalCheck.check(node.partner().ownDirectory(), commands);
    }

    private static void awaitPrimary(RunningEngine engine, PartnerJvm partner) {
        engine.await(status -> !status.primary().isEmpty(), "have a primary");
        if (engine.engine().status().role() != Role.PRIMARY) {
            partner.tell(CommitPartner.HAND_OVER);
        }
        engine.awaitPrimary();
    }
}
