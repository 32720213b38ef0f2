package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.journal.JournalAgents;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.Agent;

/** What may take its time: keeps the next segment ready, makes durable, moves snapshots between nodes. One thread. */
final class BackgroundAgent implements Agent {
    private final JournalAgents journal;
    private final Agent preparer;
    private final Agent flusher;
    private final Agent snapshots;
    private final AtomicBoolean isFlushWanted = new AtomicBoolean();

    BackgroundAgent(JournalAgents journal, Agent snapshots) {
        this.journal = journal;
        this.preparer = journal.preparer();
        this.flusher = journal.flusher();
        this.snapshots = snapshots;
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
        return flush() + preparer.doWork() + snapshots.doWork();
    }

    /** Any thread: somebody waits for what was appended to be on the device, so the flusher does not keep to its interval. */
    void flushNow() {
        isFlushWanted.set(true);
    }

    private int flush() throws Exception {
        if (isFlushWanted.get() && isFlushWanted.getAndSet(false)) {
            journal.flush();
            return 1;
        }
        return flusher.doWork();
    }

    @Override
    public void onClose() {
        snapshots.onClose();
        flusher.onClose();
        preparer.onClose();
    }
}
