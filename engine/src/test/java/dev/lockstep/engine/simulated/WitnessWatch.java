package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Role;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.Register;

/** Checks that every data node which a witness may elect, and which counts, holds all that is committed (safety 27). */
final class WitnessWatch {
    private final SimulatedCluster cluster;

    WitnessWatch(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    void onTurn(SimulatedNode node) {
        if (cluster.hasForked() || !node.isRunning() || node.replica().role() != Role.WITNESS) {
            return;
        }
        if (cluster.setBacks.isForgetful(node)) {
            return; // it does not know any more whom it may elect; whoever relies on it is watched
        }
        Register register = node.disk.files().register().reading().register();
        FrameRef committed =
                cluster.oracle.history(node.replica().term().epoch()).last();
        for (SimulatedNode each : cluster.nodes) {
            boolean isElectable = register != null
                    && each.isRunning()
                    && each.replica().role() != Role.UNBORN
                    && !each.replica().isRecovering()
                    && !cluster.setBacks.isForgetful(each) // the same
                    && register.names(each.replica().identity());
            Violation.check(
                    !isElectable || holds(each, committed),
                    Check.ELECTABLE,
                    () -> "the witness may elect node " + each.number + ", whose log ends with " + each.disk.last()
                            + " and lacks " + committed);
        }
    }

    private static boolean holds(SimulatedNode node, FrameRef committed) {
        return committed.index() <= node.disk.base().index() || node.disk.holds(committed);
    }
}
