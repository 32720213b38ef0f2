package dev.lockstep.engine.observe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/** Counters for tests that care for no file. */
final class Counters {
    private static final int MOST = 64;

    private Counters() {}

    static EngineCounters inMemory() {
        return new EngineCounters(manager());
    }

    static CountersManager manager() {
        return new CountersManager(
                new UnsafeBuffer(ByteBuffer.allocateDirect(MOST * CountersReader.METADATA_LENGTH)),
                new UnsafeBuffer(ByteBuffer.allocateDirect(MOST * CountersReader.COUNTER_LENGTH)),
                StandardCharsets.US_ASCII);
    }
}
