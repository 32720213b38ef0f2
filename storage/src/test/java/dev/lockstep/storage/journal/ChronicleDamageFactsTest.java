package dev.lockstep.storage.journal;

import static dev.lockstep.storage.journal.ChronicleBench.SMALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.journal.ChronicleBench.Raw;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Chronicle's own reader makes of damage: nothing at all. This is why the journal reads and verifies itself. */
class ChronicleDamageFactsTest {
    private static final int RECORDS = 20;
    private static final int DAMAGED = 10;

    @TempDir
    private Path root;

    private List<Raw> written;

    @BeforeEach
    void append() throws IOException {
        Random random = new Random(4711);
        PreparedSegment segment = ChronicleBench.prepare(root, SMALL);
        for (int i = 1; i < RECORDS; i++) {
            segment.appender().append(ChronicleBench.record(random, 200), 0, 200);
        }
        ChronicleBench.close(segment);
        written = ChronicleBench.rawData(ChronicleBench.file(root));
    }

    private List<ByteBuffer> tailAfter(Corruption corruption) throws IOException {
        corruption.apply(ChronicleBench.file(root), written.get(DAMAGED).position());
        return ChronicleBench.tail(ChronicleBench.work(root), SMALL);
    }

    @Test
    void aFlippedBitIsReadAsIfItWereGood() throws IOException {
        List<ByteBuffer> read = tailAfter(Corruption.FLIPPED_PAYLOAD_BIT);
        assertThat(read).hasSize(RECORDS);
        assertThat(read.get(DAMAGED).remaining()).isEqualTo(200);
        assertThat(read.get(DAMAGED)).isNotEqualTo(written.get(DAMAGED).bytes());
    }

    @Test
    void aRecordMarkedAsChroniclesOwnIsPassedOverInSilence() throws IOException {
        List<ByteBuffer> read = tailAfter(Corruption.META_BIT);
        assertThat(read).hasSize(RECORDS - 1);
        assertThat(read.get(DAMAGED)).isEqualTo(written.get(DAMAGED + 1).bytes());
    }

    @Test
    void aZeroedHeaderIsASilentEndThoughTheQueueClaimsAllItsRecords() throws IOException {
        assertThat(tailAfter(Corruption.RECORD_HEADER_ZERO)).hasSize(DAMAGED);
        try (SingleChronicleQueue queue = ChronicleBench.open(ChronicleBench.work(root), SMALL)) {
            assertThat(queue.rollCycle().toSequenceNumber(queue.lastIndex())).isEqualTo(RECORDS - 1);
        }
    }

    @Test
    void anUnreadyRecordIsASilentEnd() throws IOException {
        assertThat(tailAfter(Corruption.UNREADY_BIT)).hasSize(DAMAGED);
    }
}
