package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;

/**
 * Holds a primary to what it may count and change: its commit ends with a frame of its own term, and one change of the
 * configuration is open at most, none before that (safety 5, 6, 31). What comes of it if not takes a schedule that chance
 * seldom draws.
 */
final class PrimaryWatch {
    private final Frame frame = new Frame();

    private static boolean isPrimary(SimulatedNode node) {
        return node.isRunning() && node.replica().role() == Role.PRIMARY;
    }

    private static boolean isOfOwnTerm(SimulatedNode node, long index) {
        FrameRef committed = node.disk.holding(index);
        return committed != null && committed.term() == node.replica().term().number();
    }

    void onCommitted(SimulatedNode node, long commit) {
        Violation.check(
                !isPrimary(node) || isOfOwnTerm(node, commit),
                Check.OWN_TERM,
                () -> "node " + node.number + " is primary, and counts copies of " + node.disk.holding(commit));
    }

    void onConfig(SimulatedNode node) {
        if (!isPrimary(node)) {
            return;
        }
        Replica replica = node.replica();
        Violation.check(
                isOfOwnTerm(node, replica.commitIndex()),
                Check.ONE_CONFIG,
                () -> "node " + node.number + " changes the configuration before it has committed anything in "
                        + replica.term());
        Violation.check(
                open(node, replica.commitIndex()) <= 1,
                Check.ONE_CONFIG,
                () -> "node " + node.number + " changes the configuration while another change is open");
    }

    /** @return how many changes of the configuration stand behind the commit */
    private int open(SimulatedNode node, long commit) {
        LogContent log = node.disk.files().journal().content();
        int open = 0;
        for (int place = log.placeBeyond(commit); place < log.size(); place++) {
            frame.wrap(log.at(place).bytes(), 0);
            open += frame.type() == FrameType.CONFIG ? 1 : 0;
        }
        return open;
    }
}
