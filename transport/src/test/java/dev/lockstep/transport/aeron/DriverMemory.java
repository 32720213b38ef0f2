package dev.lockstep.transport.aeron;

import io.aeron.CncFileDescriptor;
import io.aeron.LogBuffers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.concurrent.status.CountersReader;

/** What one driver keeps for streams, as its directory shows it. */
final class DriverMemory {
    private final Path place;

    /** @param place below which the driver, and no other, has its directory */
    DriverMemory(Path place) {
        this.place = place;
    }

    private List<Path> files(String suffix) {
        try (var all = Files.walk(place)) {
            return all.filter(each -> each.toString().endsWith(suffix)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return how many streams it has memory for, in and out */
    int logs() {
        return files(".logbuffer").size();
    }

    /** @return the logs of what it sends; to be closed */
    List<LogBuffers> sent() {
        return files(".logbuffer").stream()
                .filter(each -> each.getParent().endsWith("publications"))
                .map(each -> new LogBuffers(each.toString()))
                .toList();
    }

    /** @return how many counters it has */
    int counters() {
        Path cnc = files(CncFileDescriptor.CNC_FILE).get(0);
        MappedByteBuffer mapped = IoUtil.mapExistingFile(cnc.toFile(), CncFileDescriptor.CNC_FILE);
        try {
            DirectBuffer layout = CncFileDescriptor.createMetaDataBuffer(mapped);
            int[] count = new int[1];
            new CountersReader(
                            CncFileDescriptor.createCountersMetaDataBuffer(mapped, layout),
                            CncFileDescriptor.createCountersValuesBuffer(mapped, layout))
                    .forEach((id, label) -> count[0]++);
            return count[0];
        } finally {
            IoUtil.unmap(mapped);
        }
    }
}
