package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.storage.ballot.RegisterStore;

/** What one identity leaves in a node's directory. */
final class NodeFiles {
    private final SimulatedRecord<BallotStore.Reading> ballot;
    private final SimulatedRecord<RegisterStore.Reading> register;
    private final SimulatedMarks.Memory marks;
    private final SnapshotShelf snapshots;
    private final JournalFiles journal;
    private boolean isUsed;

    NodeFiles() {
        this(
                SimulatedBallotStore.newFile(),
                SimulatedRegisterStore.newFile(),
                new SimulatedMarks.Memory(),
                new SnapshotShelf(),
                new JournalFiles());
    }

    private NodeFiles(
            SimulatedRecord<BallotStore.Reading> ballot,
            SimulatedRecord<RegisterStore.Reading> register,
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

    SimulatedRecord<BallotStore.Reading> ballot() {
        return ballot;
    }

    SimulatedRecord<RegisterStore.Reading> register() {
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
