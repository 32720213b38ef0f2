package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotReader;
import dev.lockstep.storage.snapshot.SnapshotSection;
import dev.lockstep.storage.snapshot.SnapshotStore;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes snapshots of what a node has applied, and loads them: the sessions first, with what was withheld and what is
 * disputed, then the timers, then the state machine's own. Blocks for the device. Owned by the background thread, which must own all of that
 * meanwhile.
 */
final class StateSnapshots {
    /** What became of a snapshot that was to be taken. */
    enum Taking {
        /** It is durable, and the newest one. */
        PUBLISHED,
        /** One as new is kept already. */
        STALE,
        /** Another one is being written, or fetched from a peer: there is time for this one later. */
        BUSY,
        /** The branch of history that it is of was left meanwhile, or the node had something more urgent to do. */
        LEFT
    }

    private static final int BUFFER_BYTES = 64 << 10;

    private final SnapshotStore store;
    private final SnapshotTurn turn;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[BUFFER_BYTES]);

    StateSnapshots(SnapshotStore store, SnapshotTurn turn) {
        this.store = store;
        this.turn = turn;
    }

    /**
     * Takes one, durable when this returns that it is published.
     *
     * @param manifest what it is of; its last frame must be committed
     * @param order who wants it, and may not want it any more
     * @param parts as of that frame
     * @return what became of it
     * @throws EngineException if the state machine throws
     * @throws StorageException if the device refuses; what was kept before is intact
     */
    Taking take(SnapshotManifest manifest, SnapshotOrder order, StateParts parts) {
        if (!turn.tryTake()) {
            return Taking.BUSY;
        }
        SnapshotWriter writer;
        try {
            if (order.branch() != turn.branch()) {
                return Taking.LEFT;
            }
            writer = store.begin(manifest).orElse(null);
            turn.onBegun(writer);
        } catch (StorageException.InUse e) {
            return Taking.BUSY;
        } finally {
            turn.release();
        }
        return writer == null ? Taking.STALE : take(writer, order, parts);
    }

    /** The turn is given up between two pieces: whoever leaves the branch that they are of closes the file. */
    private Taking take(SnapshotWriter writer, SnapshotOrder order, StateParts parts) {
        try {
            write(new SectionSink(writer, turn, order), writer.manifest(), parts);
            return Taking.PUBLISHED;
        } catch (SectionSink.GivenUp e) {
            return Taking.LEFT;
        } finally {
            turn.await();
            try {
                turn.closeBegun();
            } finally {
                turn.release();
            }
        }
    }

    private void write(SectionSink sink, SnapshotManifest manifest, StateParts parts) {
        BufferedSnapshotOutput out = new BufferedSnapshotOutput(sink, buffer);
        sink.startSection(SnapshotSection.SESSIONS);
        SessionsCodec.save(parts.sessions(), out);
        WithheldCodec.save(parts.withheld(), out);
        DisputeCodec.save(parts.checkpoints().dispute(), out);
        out.flush();
        sink.startSection(SnapshotSection.TIMERS);
        TimersCodec.save(parts.timers(), out);
        out.flush();
        sink.startSection(SnapshotSection.STATE);
        save(parts.machine(), out, sink, manifest);
        sink.publish();
    }

    private static void save(
            StateMachine machine, BufferedSnapshotOutput out, SectionSink sink, SnapshotManifest manifest) {
        try {
            machine.save(out);
        } catch (RuntimeException e) {
            sink.check(); // what it threw may be what it was thrown
            throw new EngineException(
                    "the state machine cannot save its state as of " + manifest.last() + ": " + e.getMessage(), e);
        }
        out.flush();
        sink.check();
    }

    /**
     * Replaces all of the state by what is in a snapshot. If this does not return true, what is there then is of no use:
     * another snapshot must be loaded, or the state that the state machine began with.
     *
     * @param last the last frame that it includes
     * @param parts what is replaced; which commands were withheld must be empty
     * @return false if it is not kept, or damaged: then it was set aside, and the store's listener was told
     * @throws EngineException if the code is too old for it, or does not load what is in it; the message names it
     */
    boolean load(FrameRef last, StateParts parts) {
        try (SnapshotReader reader = store.open(last).orElse(null)) {
            if (reader == null) {
                return false;
            }
            checkVersion(reader.manifest(), parts.machine());
            loadSections(reader, parts);
            return true;
        } catch (StorageException.Damaged e) {
            return false;
        }
    }

    private static void checkVersion(SnapshotManifest manifest, StateMachine machine) {
        if (manifest.stateMachineVersion() > machine.version()) {
            throw new EngineException("the " + manifest + " is of version " + manifest.stateMachineVersion()
                    + " of the state machine, and the code here supports versions up to " + machine.version()
                    + ": start this node with the newer code");
        }
    }

    private void loadSections(SnapshotReader reader, StateParts parts) {
        SnapshotManifest manifest = reader.manifest();
        SectionSource source = new SectionSource(reader);
        try {
            reader.startSection(SnapshotSection.SESSIONS);
            load("sessions", in -> loadSessions(parts, manifest, in), input(source, manifest), manifest);
            reader.startSection(SnapshotSection.TIMERS);
            load("timers", in -> TimersCodec.load(parts.timers(), in), input(source, manifest), manifest);
            reader.startSection(SnapshotSection.STATE);
            StateLoading.load(parts.machine(), input(source, manifest), manifest.toString());
        } catch (EngineException e) {
            source.check(); // what it threw may be what it was thrown
            throw e;
        }
        source.check();
    }

    private static void loadSessions(StateParts parts, SnapshotManifest manifest, SnapshotInput in) {
        SessionsCodec.load(parts.sessions(), in);
        WithheldCodec.load(parts.withheld(), manifest.last().index(), in);
        parts.checkpoints().dispute(DisputeCodec.load(in));
    }

    private BufferedSnapshotInput input(SectionSource source, SnapshotManifest manifest) {
        return new BufferedSnapshotInput(source, buffer, manifest.stateMachineVersion());
    }

    private static void load(
            String what, Consumer<SnapshotInput> loader, BufferedSnapshotInput in, SnapshotManifest manifest) {
        try {
            loader.accept(in);
        } catch (EngineException.BadSnapshot e) {
            throw new EngineException(
                    "the " + what + " in the " + manifest + " cannot be loaded: " + e.getMessage(), e);
        }
        if (!in.isAtEnd()) {
            throw new EngineException("behind the " + what + " in the " + manifest + " there is something that is"
                    + " unknown here: start this node with the code that wrote it");
        }
    }
}
