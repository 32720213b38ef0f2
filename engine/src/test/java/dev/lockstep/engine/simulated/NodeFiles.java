package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ballot.BallotStore;

/** What one identity leaves in a node's directory. */
final class NodeFiles {
    private final SimulatedBallotStore.File ballot;
    private final SimulatedRegisterStore.File register;
    private final SimulatedMarks.Memory marks;
    private final SnapshotShelf snapshots;
    private final JournalFiles journal;
    private boolean isUsed;

    NodeFiles() {
        this(
                new SimulatedBallotStore.File(),
                new SimulatedRegisterStore.File(),
                new SimulatedMarks.Memory(),
                new SnapshotShelf(),
                new JournalFiles());
    }

    private NodeFiles(
            SimulatedBallotStore.File ballot,
            SimulatedRegisterStore.File register,
            SimulatedMarks.Memory marks,
            SnapshotShelf snapshots,
            JournalFiles journal) {
        this.ballot = ballot;
        this.register = register;
        this.marks = marks;
        this.snapshots = snapshots;
        this.journal = journal;
    }

    NodeFiles copy() {
        NodeFiles copy = new NodeFiles(ballot.copy(), register.copy(), marks.copy(), snapshots.copy(), journal.copy());
        copy.isUsed = isUsed;
        return copy;
    }

    SimulatedBallotStore.File ballot() {
        return ballot;
    }

    SimulatedRegisterStore.File register() {
        return register;
    }

    SimulatedMarks.Memory marks() {
        return marks;
    }

    SnapshotShelf snapshots() {
        return snapshots;
    }

    JournalFiles journal() {
        return journal;
    }

    /** Some process has opened them. */
    void use() {
        isUsed = true;
    }

    /** @return whether nobody was ever here */
    boolean isNew() {
        return !isUsed && ballot.reading().state() == BallotStore.State.ABSENT;
    }
}
