package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.journal.JournalAgents;
import org.agrona.concurrent.Agent;

/** What may take its time: keeps the next segment ready, makes durable, moves snapshots, replays. One thread. */
final class BackgroundAgent implements Agent {
    private final Agent preparer;
    private final Agent flusher;
    private final Agent snapshots;
    private final ApplierPlace place;

    BackgroundAgent(JournalAgents journal, Agent snapshots, ApplierPlace place) {
        this.preparer = journal.preparer();
        this.flusher = journal.flusher();
        this.snapshots = snapshots;
        this.place = place;
    }

    @Override
    public String roleName() {
        return "background";
    }

    @Override
    public void onStart() {
        preparer.onStart();
        flusher.onStart();
        snapshots.onStart();
    }

    @Override
    public int doWork() throws Exception {
        return flusher.doWork() + preparer.doWork() + snapshots.doWork() + place.workInBackground();
    }

    @Override
    public void onClose() {
        place.endInBackground();
        snapshots.onClose();
        flusher.onClose();
        preparer.onClose();
    }
}
