package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import dev.lockstep.storage.node.Durability;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.testing.FrameMaker;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Uses a {@link SimulatedDisk} as a node would, one process after the other. */
final class DiskUser {
    SimulatedDisk disk = new SimulatedDisk();
    SimulatedDisk.Started node;
    final FrameMaker maker = new FrameMaker(256);
    private final Durability durability;
    private final boolean isAlone;
    private long identity = 100;

    DiskUser(Durability durability, boolean isAlone) {
        this.durability = durability;
        this.isAlone = isAlone;
    }

    static DiskUser started() {
        DiskUser user = new DiskUser(Durability.APPENDED, false);
        user.start();
        return user;
    }

    SimulatedDisk.Started start() {
        node = disk.start(durability, isAlone, () -> ++identity);
        maker.after(node.journal().appended());
        return node;
    }

    SimulatedDisk.Started restart() {
        disk.kill();
        return start();
    }

    SimulatedDisk.Started restartAfterPowerCut(long seed) {
        disk.powerCut(new SplittableRandom(seed));
        return start();
    }

    /** Appends frames of one or two commands, and promises them. */
    void append(int frames) {
        for (int i = 0; i < frames; i++) {
            maker.next(1 + i % 2, 20);
            while (!node.journal().reserve(maker.length())) {
                node.journal().prepare();
            }
            node.journal().append(maker.buffer(), 0, maker.length());
        }
        node.marks().promised(node.journal().appendedIndex());
    }

    void flush() {
        node.journal().flush(node.journal().beginFlush());
    }

    /** Cuts behind a frame; what comes then is of the next term. */
    void cutBehind(FrameRef last) {
        node.journal().prepare();
        assertThat(node.journal().truncateFrom(last.index() + 1)).isTrue();
        goOnBehind(last, node.journal().appended().term() + 1);
    }

    /** Installs a snapshot, and lets the log begin behind it. */
    void startAfter(FrameRef last) {
        assertThat(node.snapshots().publish(manifest(last), new byte[100])).isTrue();
        node.journal().prepare();
        assertThat(node.journal().startAfter(last)).isTrue();
        goOnBehind(last, last.term());
    }

    private void goOnBehind(FrameRef last, long term) {
        maker.after(last).term(Math.max(term, maker.ref().term() + 1));
    }

    FrameRef last() {
        return node.journal().appended();
    }

    static SnapshotManifest manifest(FrameRef last) {
        return new SnapshotManifest(last, new ClusterId(5), 3, 2, 77, new UnsafeBuffer(new byte[] {1, 2, 3}));
    }

    /** Reads the whole log, and checks that each frame follows the one before. */
    void checkChain() {
        FrameRef last = node.journal().base();
        try (JournalReader reader = node.journal().newReader()) {
            ReadResult result = reader.next();
            for (; result == ReadResult.FRAME; result = reader.next()) {
                Frame frame = reader.frame();
                assertThat(frame.follows(last.index(), last.term(), last.crc())).isEqualTo(FrameDefect.NONE);
                last = frame.ref();
            }
            assertThat(result).isEqualTo(ReadResult.END);
        }
        assertThat(last).isEqualTo(last());
    }
}
