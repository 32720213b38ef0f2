package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotReader;
import dev.lockstep.storage.snapshot.SnapshotReceiver;
import dev.lockstep.storage.snapshot.SnapshotSection;
import dev.lockstep.storage.snapshot.SnapshotSource;
import dev.lockstep.storage.snapshot.SnapshotStore;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The snapshots of a simulated node, as the engine saves its state to them and loads it: of sections, in one piece. */
final class ShelfStore implements SnapshotStore {
    private static final int SECTIONS = SnapshotSection.values().length;

    private final SnapshotShelf shelf;
    private final Life life;

    ShelfStore(SnapshotShelf shelf, Life life) {
        this.shelf = shelf;
        this.life = life;
    }

    @Override
    public List<SnapshotManifest> kept() {
        life.check();
        return shelf.manifests();
    }

    @Override
    public Optional<SnapshotWriter> begin(SnapshotManifest manifest) {
        life.check();
        return shelf.admits(manifest) ? Optional.of(new Writer(manifest)) : Optional.empty();
    }

    @Override
    public Optional<SnapshotReader> open(FrameRef last) {
        life.check();
        return Optional.ofNullable(shelf.find(last)).map(Reader::new);
    }

    @Override
    public SnapshotReceiver receive() {
        throw unused();
    }

    @Override
    public Optional<SnapshotSource> serve(FrameRef last) {
        throw unused();
    }

    @Override
    public boolean verify(FrameRef last) {
        throw unused();
    }

    @Override
    public void orphanBeyond(long index) {
        throw unused();
    }

    @Override
    public void close() {
        // it ends with the process
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("that is asked of the replica's port");
    }

    /** Keeps a snapshot as its sections' lengths, and the sections. */
    private final class Writer implements SnapshotWriter {
        private final SnapshotManifest manifest;
        private final ByteArrayOutputStream[] sections = new ByteArrayOutputStream[SECTIONS];
        private int section;

        private Writer(SnapshotManifest manifest) {
            this.manifest = manifest;
            for (int i = 0; i < SECTIONS; i++) {
                sections[i] = new ByteArrayOutputStream();
            }
        }

        @Override
        public SnapshotManifest manifest() {
            return manifest;
        }

        @Override
        public void startSection(SnapshotSection next) {
            section = next.ordinal();
        }

        @Override
        public void write(DirectBuffer buffer, int offset, int length) {
            byte[] part = new byte[length];
            buffer.getBytes(offset, part);
            sections[section].writeBytes(part);
        }

        @Override
        public void publish() {
            life.check();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            UnsafeBuffer lengths = new UnsafeBuffer(new byte[SECTIONS * Integer.BYTES]);
            for (int i = 0; i < SECTIONS; i++) {
                lengths.putInt(i * Integer.BYTES, sections[i].size());
            }
            all.writeBytes(lengths.byteArray());
            for (ByteArrayOutputStream each : sections) {
                all.writeBytes(each.toByteArray());
            }
            shelf.publish(manifest, all.toByteArray());
        }

        @Override
        public void close() {
            // what was not published leaves nothing
        }
    }

    private static final class Reader implements SnapshotReader {
        private final SnapshotManifest manifest;
        private final UnsafeBuffer state;
        private int at;
        private int end;

        private Reader(SnapshotShelf.Kept kept) {
            this.manifest = kept.manifest();
            this.state = new UnsafeBuffer(kept.state());
        }

        @Override
        public SnapshotManifest manifest() {
            return manifest;
        }

        @Override
        public void startSection(SnapshotSection section) {
            at = SECTIONS * Integer.BYTES;
            for (int i = 0; i < section.ordinal(); i++) {
                at += state.getInt(i * Integer.BYTES);
            }
            end = at + state.getInt(section.ordinal() * Integer.BYTES);
        }

        @Override
        public int read(MutableDirectBuffer buffer, int offset, int length) {
            if (at == end) {
                return END;
            }
            int taken = Math.min(length, end - at);
            buffer.putBytes(offset, state, at, taken);
            at += taken;
            return taken;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
