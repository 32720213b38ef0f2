package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.testing.MemoryJournal;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.testing.FrameMaker;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A journal that begins with the configuration of three voters; a snapshot was taken under that of five. */
final class StoredConfigTest {
    private static final Config THREE = ConfigTest.ofVoters(3);
    private static final Config FIVE = ConfigTest.ofVoters(5);

    private final MemoryJournal journal = new MemoryJournal();

    private void begin() {
        FrameEncoder encoder = ConfigFrames.make(THREE, 1, FrameRef.ORIGIN, 0);
        journal.append(encoder.buffer(), 0, encoder.length());
    }

    private static SnapshotManifest snapshot(FrameRef last) {
        ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
        int length = ConfigCodec.encode(new PlacedConfig(2, 1, FIVE), bytes, 0);
        return new SnapshotManifest(last, FIVE.clusterId(), FIVE.epoch(), 1, 0, new UnsafeBuffer(bytes, 0, length));
    }

    @Test
    void theOneInTheLogIsFoundWhereTheBallotSays() {
        begin();
        assertThat(StoredConfig.find(journal, 1, snapshot(journal.appended()))).isEqualTo(THREE);
    }

    @Test
    void whereTheLogDoesNotReachBackToItTheSnapshotSays() {
        FrameRef last = new FrameRef(9, 1, 3);
        journal.startAfter(last);
        assertThat(StoredConfig.find(journal, 2, snapshot(last))).isEqualTo(FIVE);
    }

    @Test
    void whereSomethingElseStandsThereOrNothingDoesItIsNotKnown() {
        FrameMaker maker = new FrameMaker(64);
        maker.term(1).next(2, 1);
        journal.append(maker.buffer(), 0, maker.length());
        assertThat(StoredConfig.find(journal, 2, null)).isNull();
        assertThat(StoredConfig.find(journal, 3, null)).isNull();
        assertThat(StoredConfig.find(journal, 0, null)).isNull();
    }
}
