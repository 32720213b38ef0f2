package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.ReplyListener;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.Threading;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In steady state nothing is made for a command, on any thread that it goes through. */
@Timeout(120)
final class EngineAllocationTest {
    private static final int WARM = 100_000;
    private static final int MEASURED = 200_000;
    /** What a roll of the journal, the statistics of the JIT and the test itself may take. */
    private static final long BYTES_BESIDES = 200_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final UnsafeBuffer number = new UnsafeBuffer(Adder.number(1));

    @TempDir
    Path directory;

    private long told;

    @ParameterizedTest
    @EnumSource(
            value = Threading.class,
            names = {"COMPACT", "PIPELINED"})
    void nothingIsMadeForACommand(Threading threading) throws InterruptedException {
        var builder =
                Engine.builder().directory(directory).stateMachine(new Adder()).durability(Durability.APPENDED);
        try (OpenEngine open = OpenEngine.start(builder, threading).awaitPrimary()) {
            Submitter submitter = open.engine.newSubmitter();
            run(submitter, WARM);
            long before = allocated();
            run(submitter, MEASURED);
            assertThat(allocated() - before).isLessThan(BYTES_BESIDES);
        }
    }

    private void run(Submitter submitter, int commands) {
        ReplyListener listener = (id, reply) -> told++;
        int offered = 0;
        told = 0;
        while (told < commands) {
            if (offered < commands && submitter.offer(number, 0, Long.BYTES) > 0) {
                offered++;
            }
            submitter.poll(listener);
        }
    }

    /** Of this thread and of those that a command goes through. */
    private long allocated() {
        long own = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        return own
                + Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                        .filter(each -> each != null
                                && (each.getThreadName().endsWith("-hot")
                                        || each.getThreadName().endsWith("-applier")))
                        .mapToLong(each -> threads.getThreadAllocatedBytes(each.getThreadId()))
                        .sum();
    }
}
