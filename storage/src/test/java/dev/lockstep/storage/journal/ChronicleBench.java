package dev.lockstep.storage.journal;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where Chronicle is looked at on its own: files made as the journal makes them, and a reading of their bytes that
 * shares no code with the journal's.
 */
final class ChronicleBench {
    static final int NOT_READY = 0x8000_0000;
    static final int META = 0x4000_0000;
    static final int SMALL = 256 << 10;
    static final int LARGE = 32 << 20;
    static final String TABLE = "metadata.cq4t";

    private ChronicleBench() {}

    /** A record as it stands in a file. */
    record Raw(int position, int header, ByteBuffer bytes) {
        boolean isMeta() {
            return (header & META) != 0;
        }

        int behind() {
            return position + 4 + BitUtil.align(header & ~META, 4);
        }
    }

    /** Prepares a segment as the preparer does, in a directory of its own. */
    static PreparedSegment prepare(Path root, int segmentBytes) throws IOException {
        JournalDirectory directory = new JournalDirectory(Files.createDirectories(root), Disk.system());
        directory.create();
        ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
        Preparation preparation = new Preparation(directory, 1, segmentBytes, zeros);
        while (!preparation.isFilled()) {
            preparation.fill(segmentBytes);
        }
        return preparation.finish();
    }

    static Path work(Path root) {
        return root.resolve("work/1");
    }

    static Path file(Path root) {
        return work(root).resolve(SegmentCycle.FILE_NAME);
    }

    static void close(PreparedSegment segment) throws IOException {
        segment.appender().close();
        segment.file().close();
        segment.map().letGo();
    }

    static SingleChronicleQueueBuilder queueIn(Path directory, RollCycle cycle, int segmentBytes) {
        Platform.silenceChronicle();
        return SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(cycle)
                .blockSize(segmentBytes)
                .timeoutMS(100)
                .checkInterrupts(false);
    }

    static SingleChronicleQueue open(Path directory, int segmentBytes) {
        return queueIn(directory, SegmentCycle.forSegment(segmentBytes), segmentBytes)
                .build();
    }

    /** @return the records from the file's first byte on, up to the first that is nothing or unready */
    static List<Raw> rawWalk(Path file) {
        ByteBuffer bytes = bytes(file);
        List<Raw> records = new ArrayList<>();
        int position = 0;
        while (position + 4 <= bytes.capacity()) {
            int header = bytes.getInt(position);
            if (header <= 0) {
                break;
            }
            Raw record = new Raw(position, header, bytes.slice(position + 4, header & ~META));
            records.add(record);
            position = record.behind();
        }
        return records;
    }

    static List<Raw> rawData(Path file) {
        return rawWalk(file).stream().filter(record -> !record.isMeta()).toList();
    }

    static int rawHeaderBehindLast(Path file) {
        List<Raw> records = rawWalk(file);
        return bytes(file).getInt(records.get(records.size() - 1).behind());
    }

    private static ByteBuffer bytes(Path file) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return what a tailer of Chronicle reads in a directory, from the beginning */
    static List<ByteBuffer> tail(Path directory, int segmentBytes) {
        List<ByteBuffer> found = new ArrayList<>();
        try (SingleChronicleQueue queue = open(directory, segmentBytes);
                ExcerptTailer tailer = queue.createTailer()) {
            Bytes<ByteBuffer> bytes = Bytes.elasticByteBuffer();
            while (tailer.readBytes(bytes)) {
                found.add(ByteBuffer.wrap(bytes.toByteArray()));
                bytes.clear();
            }
            bytes.releaseLast();
        }
        return found;
    }

    static UnsafeBuffer record(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(Math.max(1, length)));
        direct.putBytes(0, bytes);
        return direct;
    }

    /** @return its bytes, to compare with */
    static ByteBuffer content(UnsafeBuffer record, int length) {
        byte[] bytes = new byte[length];
        record.getBytes(0, bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** @return the bytes that the device holds for a file, as the system counts them */
    static long allocatedBytes(Path file) throws Exception {
        Process stat = new ProcessBuilder("stat", "-c", "%b %B", file.toString()).start();
        String[] blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ", 2);
        stat.waitFor();
        return Long.parseLong(blocks[0]) * Long.parseLong(blocks[1]);
    }
}
