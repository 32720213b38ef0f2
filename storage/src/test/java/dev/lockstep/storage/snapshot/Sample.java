package dev.lockstep.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/** A snapshot to write and to recognise: what its sections hold follows from its index and their lengths. */
record Sample(SnapshotManifest manifest, int sessionBytes, int timerBytes, int stateBytes) {
    static final ClusterId CLUSTER = new ClusterId(0xC0FFEE);
    static final int CHUNK_BYTES = SnapshotSettings.MIN_CHUNK_BYTES;

    static Sample at(long index) {
        return new Sample(manifestAt(index), 5_000, 10, 16_000);
    }

    static SnapshotManifest manifestAt(long index) {
        return manifest(new FrameRef(index, 7, (int) index * 31), CLUSTER, 1);
    }

    static SnapshotManifest manifest(FrameRef last, ClusterId cluster, long epoch) {
        return new SnapshotManifest(
                last, cluster, epoch, 3, 1_000_000_007L, new UnsafeBuffer(new byte[] {1, 2, 3, (byte) last.index()}));
    }

    FrameRef last() {
        return manifest.last();
    }

    byte[] content(SnapshotSection section) {
        int length = switch (section) {
            case SESSIONS -> sessionBytes;
            case TIMERS -> timerBytes;
            case STATE -> stateBytes;
        };
        byte[] content = new byte[length];
        new Random(last().index() * 31 + section.code()).nextBytes(content);
        return content;
    }

    /** Writes everything in pieces that do not fit the chunks. */
    void fill(SnapshotWriter writer) {
        for (SnapshotSection section : SnapshotSection.values()) {
            writer.startSection(section);
            byte[] content = content(section);
            int piece = 777;
            for (int done = 0; done < content.length; done += piece) {
                writer.write(new UnsafeBuffer(content), done, Math.min(piece, content.length - done));
            }
        }
    }

    void publishTo(SnapshotStore store) {
        try (SnapshotWriter writer = store.begin(manifest).orElseThrow()) {
            fill(writer);
            writer.publish();
        }
    }

    void assertKeptIn(SnapshotStore store) {
        assertThat(store.kept()).contains(manifest);
        try (SnapshotReader reader = store.open(last()).orElseThrow()) {
            assertIsReadFrom(reader);
        }
        assertThat(store.verify(last())).isTrue();
    }

    void assertIsReadFrom(SnapshotReader reader) {
        assertThat(reader.manifest()).isEqualTo(manifest);
        for (SnapshotSection section : SnapshotSection.values()) {
            reader.startSection(section);
            assertThat(readSection(reader, sessionBytes + timerBytes + stateBytes + 1))
                    .as("%s of %s", section, manifest)
                    .isEqualTo(content(section));
        }
    }

    static byte[] readSection(SnapshotReader reader, int most) {
        UnsafeBuffer read = new UnsafeBuffer(new byte[most]);
        int length = 0;
        int piece = 1_001;
        int got = reader.read(read, length, Math.min(piece, most - length));
        while (got != SnapshotReader.END) {
            length += got;
            got = reader.read(read, length, Math.min(piece, most - length));
        }
        byte[] section = new byte[length];
        read.getBytes(0, section);
        return section;
    }
}
