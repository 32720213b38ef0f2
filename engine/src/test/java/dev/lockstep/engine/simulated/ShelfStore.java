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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The snapshots of a simulated node, as the engine saves its state to them and loads it: of sections, in one piece. */
final class ShelfStore implements SnapshotStore {
    private static final List<SnapshotSection> SECTIONS = List.of(SnapshotSection.values());
    private static final int HEAD_BYTES = SECTIONS.size() * Integer.BYTES;

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
        private final Map<SnapshotSection, ByteArrayOutputStream> sections = new EnumMap<>(SnapshotSection.class);
        private SnapshotSection section;

        private Writer(SnapshotManifest manifest) {
            this.manifest = manifest;
            SECTIONS.forEach(each -> sections.put(each, new ByteArrayOutputStream()));
        }

        @Override
        public SnapshotManifest manifest() {
            return manifest;
        }

        @Override
        public void startSection(SnapshotSection next) {
            section = next;
        }

        @Override
        public void write(DirectBuffer buffer, int offset, int length) {
            byte[] part = new byte[length];
            buffer.getBytes(offset, part);
            sections.get(section).writeBytes(part);
        }

        @Override
        public void publish() {
            life.check();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            UnsafeBuffer lengths = new UnsafeBuffer(new byte[HEAD_BYTES]);
            for (int i = 0; i < SECTIONS.size(); i++) {
                lengths.putInt(i * Integer.BYTES, sections.get(SECTIONS.get(i)).size());
            }
            all.writeBytes(lengths.byteArray());
            SECTIONS.forEach(each -> all.writeBytes(sections.get(each).toByteArray()));
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
            int number = SECTIONS.indexOf(section);
            at = HEAD_BYTES;
            for (int i = 0; i < number; i++) {
                at += state.getInt(i * Integer.BYTES);
            }
            end = at + state.getInt(number * Integer.BYTES);
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
