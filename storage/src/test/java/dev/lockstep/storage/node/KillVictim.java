package dev.lockstep.storage.node;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotSection;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import dev.lockstep.storage.testing.FrameMaker;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A process that does to its storage everything that a node does, as fast as it can and in random order, until it is
 * killed. Before it promises anything to the outside it does what a node must do first.
 */
final class KillVictim {
    static final JournalSettings JOURNAL = new JournalSettings(256 << 10, 1L << 30, 0);

    private static final ClusterId CLUSTER = new ClusterId(99);

    private final NodeStorage storage;
    private final Journal journal;
    private final Witnessed witnessed;
    private final Random random;
    private final FrameMaker maker = new FrameMaker(32 * 1024);

    private KillVictim(NodeStorage storage, Witnessed witnessed, Random random) {
        this.storage = storage;
        this.journal = storage.journal();
        this.witnessed = witnessed;
        this.random = random;
        maker.after(journal.appended());
    }

    static NodeSettings settings(Path directory) {
        return NodeSettings.of(directory)
                .inCluster()
                .withDurability(Durability.APPENDED)
                .withJournal(JOURNAL);
    }

    public static void main(String[] args) throws Exception {
        try (Witnessed witnessed = new Witnessed(Path.of(args[1]));
                NodeStorage storage = NodeStorage.open(settings(Path.of(args[0])))) {
            witnessed.starts(storage.ballots().read().ballot().startCounter());
            AgentRunner background = new AgentRunner(
                    new SleepingIdleStrategy(20_000),
                    error -> {
                        error.printStackTrace();
                        Runtime.getRuntime().halt(3);
                    },
                    null,
                    new CompositeAgent(
                            storage.agents().preparer(), storage.agents().flusher()));
            AgentRunner.startOnThread(background);
            Ballot ballot = storage.ballots().read().ballot();
            storage.ballots().write(ballot.withClusterId(CLUSTER));
            KillVictim victim = new KillVictim(storage, witnessed, new Random(Long.parseLong(args[2])));
            System.out.println("ready");
            System.out.flush();
            victim.actForever();
        }
    }

    /** An exception ends the process at once: closing in good order would hide what it left. */
    private void actForever() {
        try {
            while (true) {
                act();
            }
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(4);
        }
    }

    private void act() {
        int kind = random.nextInt(1000);
        if (kind < 965) {
            append(1 + random.nextInt(5));
        } else if (kind < 975) {
            truncate();
        } else if (kind < 980) {
            vote();
        } else if (kind < 985) {
            snapshotAndCompact();
        } else if (kind < 990) {
            setAside();
        } else if (kind < 993) {
            startAfterSnapshot();
        } else {
            commit();
        }
    }

    private void append(int frames) {
        for (int i = 0; i < frames; i++) {
            maker.next(random.nextInt(3), random.nextInt(10) == 0 ? random.nextInt(16_000) : random.nextInt(300));
            while (!journal.reserve(maker.length())) {
                Thread.onSpinWait();
            }
            journal.append(maker.buffer(), 0, maker.length());
        }
        FrameRef last = maker.ref();
        storage.marks().promised(last.index());
        witnessed.acknowledged(last.index(), last.term(), last.crc());
    }

    /** A frame some way back, above the commit mark; null if there is none. */
    private FrameRef somewhereBack() {
        long from = Math.max(storage.marks().commit(), journal.base().index());
        long span = Math.min(200, journal.appendedIndex() - from);
        if (span < 2) {
            return null;
        }
        try (JournalReader reader = journal.newReader()) {
            long index = journal.appendedIndex() - 1 - random.nextInt((int) span - 1);
            if (reader.seek(index) != ReadResult.FRAME) {
                throw new IllegalStateException("index " + index + ": " + reader.damage());
            }
            FrameRef found = reader.frame().ref();
            return found.index() >= journal.appendedIndex() ? null : found;
        }
    }

    private void truncate() {
        FrameRef last = somewhereBack();
        if (last != null) {
            withdrawTo(last);
            while (!journal.truncateFrom(last.index() + 1)) {
                Thread.onSpinWait();
            }
            goOnAfter(last);
        }
    }

    /** Before a cut the world no longer relies on what is cut. */
    private void withdrawTo(FrameRef last) {
        witnessed.acknowledged(last.index(), last.term(), last.crc());
    }

    private void goOnAfter(FrameRef last) {
        long term = storage.ballots().read().ballot().term() + 1;
        write(storage.ballots().read().ballot().withTerm(0, Math.max(term, last.term() + 1)));
        maker.after(last).term(storage.ballots().read().ballot().term());
    }

    private void vote() {
        Ballot ballot = storage.ballots().read().ballot();
        write(ballot.withTerm(0, Math.max(ballot.term(), maker.ref().term()) + 1));
    }

    private void write(Ballot ballot) {
        storage.ballots().write(ballot);
        witnessed.term(ballot.term());
    }

    private void commit() {
        storage.marks().commit(Math.max(storage.marks().commit(), journal.appendedIndex() - 300));
    }

    private void snapshotAndCompact() {
        commit();
        long index = Math.max(storage.marks().commit(), journal.base().index());
        if (index <= journal.base().index()) {
            return;
        }
        FrameRef last;
        try (JournalReader reader = journal.newReader()) {
            if (reader.seek(index) != ReadResult.FRAME) {
                throw new IllegalStateException("index " + index + ": " + reader.damage());
            }
            last = reader.frame().ref();
        }
        if (last.index() > storage.marks().commit()) {
            return;
        }
        if (publish(last)) {
            journal.compactBelow(storage.snapshots()
                    .kept()
                    .get(storage.snapshots().kept().size() - 1)
                    .last()
                    .index());
        }
    }

    private boolean publish(FrameRef last) {
        SnapshotManifest manifest = new SnapshotManifest(last, CLUSTER, 0, 1, 0, new UnsafeBuffer(new byte[16]));
        Optional<SnapshotWriter> begun = storage.snapshots().begin(manifest);
        if (begun.isEmpty()) {
            return false;
        }
        try (SnapshotWriter writer = begun.get()) {
            writer.startSection(SnapshotSection.STATE);
            writer.write(new UnsafeBuffer(new byte[5000]), 0, 5000);
            writer.publish();
        }
        witnessed.snapshot(last.index());
        return true;
    }

    private void setAside() {
        FrameRef last = somewhereBack();
        if (last != null) {
            write(storage.ballots().read().ballot().withRecovering(true));
            withdrawTo(last);
            while (!journal.setAsideFrom(last.index() + 1)) {
                Thread.onSpinWait();
            }
            goOnAfter(last);
            write(storage.ballots().read().ballot().withRecovering(false));
        }
    }

    private void startAfterSnapshot() {
        FrameRef snapshot =
                new FrameRef(journal.appendedIndex() + 50, maker.ref().term(), random.nextInt());
        if (publish(snapshot)) {
            withdrawTo(FrameRef.ORIGIN);
            while (!journal.startAfter(snapshot)) {
                Thread.onSpinWait();
            }
            goOnAfter(snapshot);
        }
    }
}
