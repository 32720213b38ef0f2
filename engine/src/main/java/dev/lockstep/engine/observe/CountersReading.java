package dev.lockstep.engine.observe;

import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * What stood in a counters file at a moment.
 *
 * @param processId whose counters they are; that process may be gone
 * @param startEpochMs when that node started
 * @param endEpochMs when it closed; zero if it did not, or died
 * @param values each counter's value by its label, in the order in which they were made
 */
record CountersReading(long processId, long startEpochMs, long endEpochMs, Map<String, Long> values) {
    /** Far more than any version writes: whatever else has this name is not read into memory. */
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    static CountersReading of(Path file) {
        UnsafeBuffer content = copy(file);
        CountersHead head = new CountersHead(content);
        check(content.capacity() >= CountersHead.LENGTH && head.hasMagic(), file, "it does not begin as one does");
        check(
                head.isKnownVersion(),
                file,
                "its version is " + head.version() + ": use the tools of the node's version");
        check(head.isWhole(), file, "it is cut off");
        return new CountersReading(head.processId(), head.startEpochMs(), head.endEpochMs(), values(head));
    }

    /** A copy, not a mapping: what is cut off or overwritten meanwhile cannot kill the reader. */
    private static UnsafeBuffer copy(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            check(size <= MAX_BYTES, file, "it has " + size + " bytes");
            ByteBuffer content = ByteBuffer.allocateDirect((int) size);
            int got = 0;
            while (got >= 0 && content.hasRemaining()) {
                got = channel.read(content);
            }
            return new UnsafeBuffer(content, 0, content.position());
        } catch (IOException refused) {
            throw new StorageException(
                    "no counters can be read from " + file + " (" + Refusal.why(refused)
                            + "): name the directory of a node that has been started",
                    refused);
        }
    }

    private static Map<String, Long> values(CountersHead head) {
        Map<String, Long> values = new LinkedHashMap<>();
        new CountersReader(head.metadata(), head.values(), StandardCharsets.US_ASCII)
                .forEach((value, counter, label) -> values.put(label, value));
        return Collections.unmodifiableMap(values);
    }

    private static void check(boolean holds, Path file, String found) {
        if (!holds) {
            throw new StorageException.Damaged(file + " is no counters file that can be read here: " + found);
        }
    }
}
