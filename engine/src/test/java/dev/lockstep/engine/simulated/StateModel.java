package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The state machine of one process: a hash of every command that it was given, in order. It reads the journal, as a real
 * one does, and goes back when it is told to.
 */
final class StateModel implements AppliedLog {
    /** The state after a frame. */
    private record After(long index, long hash) {}

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final SimulatedCluster cluster;
    private final SimulatedNode node;
    private final ArrayDeque<After> states = new ArrayDeque<>();
    private JournalReader reader;
    private long appliedIndex;
    private long hash;

    StateModel(SimulatedCluster cluster, SimulatedNode node) {
        this.cluster = cluster;
        this.node = node;
        FrameRef base = node.started().journal().base();
        if (base.index() > 0) {
            install(base);
        }
    }

    @Override
    public long appliedIndex() {
        return appliedIndex;
    }

    @Override
    public long hash() {
        return hash;
    }

    /** The state is that of a snapshot. */
    @Override
    public void install(FrameRef snapshot) {
        byte[] state = node.disk.snapshotState(snapshot);
        if (state == null && !node.disk.snapshots().isEmpty()) {
            snapshot = node.disk.snapshots().get(0).last();
            state = node.disk.snapshotState(snapshot);
        }
        Violation.check(
                state != null,
                Check.SAME_STATE,
                "there is no snapshot behind which the log of node " + node.number + " begins: " + snapshot);
        restart(snapshot.index(), new org.agrona.concurrent.UnsafeBuffer(state).getLong(0));
        cluster.oracle.onApplied(node, appliedIndex, hash);
    }

    private void restart(long index, long newHash) {
        appliedIndex = index;
        hash = newHash;
        states.clear();
        states.add(new After(index, newHash));
        reader = null;
    }

    @Override
    public boolean isWhole() {
        return true;
    }

    @Override
    public void keep(SnapshotManifest manifest) {
        byte[] state = new byte[200];
        new org.agrona.concurrent.UnsafeBuffer(state).putLong(0, hash);
        node.started().snapshots().publish(manifest, state);
    }

    /** What lies behind an index was never to be applied. */
    @Override
    public void rollBack(long index) {
        if (appliedIndex <= index) {
            return;
        }
        Iterator<After> newest = states.descendingIterator();
        After kept = null;
        while (newest.hasNext() && kept == null) {
            After each = newest.next();
            if (each.index() <= index) {
                kept = each;
            }
        }
        if (kept == null) {
            restart(0, 0);
            FrameRef base = node.started().journal().base();
            if (base.index() > 0) {
                install(base);
            }
            return;
        }
        while (states.peekLast().index() > index) {
            states.pollLast();
        }
        appliedIndex = kept.index();
        hash = kept.hash();
        reader = null;
    }

    /** Applies what may be, frame by frame. */
    @Override
    public void apply(long applicableIndex) {
        while (appliedIndex < applicableIndex) {
            ReadResult result = read();
            if (result == ReadResult.DAMAGED) {
                node.replica().onDamage(appliedIndex + 1);
                return;
            }
            if (result != ReadResult.FRAME) {
                reader = null;
                return;
            }
            Frame frame = reader.frame();
            if (frame.lastIndex() > applicableIndex) {
                reader = null;
                return;
            }
            apply(frame);
        }
    }

    private ReadResult read() {
        if (reader == null) {
            reader = node.started().journal().newReader();
            return reader.seek(appliedIndex + 1);
        }
        return reader.next();
    }

    private void apply(Frame frame) {
        frame.rewind();
        if (frame.type() == FrameType.COMMANDS) {
            while (frame.nextCommand()) {
                hash = (hash ^ frame.buffer().getLong(frame.commandOffset())) * MULTIPLIER + frame.commandIndex();
            }
        }
        appliedIndex = frame.lastIndex();
        states.add(new After(appliedIndex, hash));
        while (states.size() > 4096) {
            states.pollFirst();
        }
        cluster.oracle.onApplied(node, appliedIndex, hash);
    }
}
