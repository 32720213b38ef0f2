package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever sends a snapshot is killed half-way: another one that keeps the same goes on with what is missing. */
@Timeout(120)
final class TransferResumedTest {
    private static final int STATE_BYTES = 3_500_000;
    /** Of eight or so. */
    private static final int CHUNKS_FIRST = 5;

    private static final int PATIENCE_S = 30;

    /** Waits before it writes one chunk, until the test lets it. */
    private static final class WaitingDisk extends NotingDisk {
        final CountDownLatch isHalfWay = new CountDownLatch(1);
        final CountDownLatch mayGoOn = new CountDownLatch(1);

        WaitingDisk(Path node) {
            super(node);
        }

        @Override
        void writeChunk(FileChannel channel, ByteBuffer chunk, long position) throws IOException {
            if (chunks.size() == CHUNKS_FIRST) {
                isHalfWay.countDown();
                await(mayGoOn);
            }
            super.writeChunk(channel, chunk, position);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @TempDir
    private Path directory;

    private EngineTrio trio;

    @BeforeEach
    void open() {
        trio = new EngineTrio(directory).with(MemberProcess::set);
        EngineTrio.NAMES.forEach(name -> trio.start(name, new BroughtAdder(STATE_BYTES)));
        trio.submit(10);
        trio.awaitAgreement();
    }

    @AfterEach
    void close() {
        trio.close();
    }

    @Test
    void aTransferWhoseServerIsKilledGoesOnWhereItWasFromAnotherNodeThatKeepsTheSame() {
        OutrunMember away = new OutrunMember(trio, directory);
        away.outrun();
        String server = trio.standby();
        WaitingDisk disk = new WaitingDisk(away.directory());
        try (MemberProcess primary =
                MemberProcess.takeOver(trio, server, directory.resolve(server), new LargeAdder(STATE_BYTES))) {
            trio.start(away.name, new BroughtAdder(STATE_BYTES), disk);
            await(disk.isHalfWay);
            assertThat(primary.isPrimary(trio)).as("it is the one that sends").isTrue();
            primary.kill();
            disk.mayGoOn.countDown();
            away.assertIsLive("after its server was killed");
        } finally {
            disk.mayGoOn.countDown();
        }
        assertThat(disk.chunks).hasSizeGreaterThan(CHUNKS_FIRST + 1);
        assertThat(disk.isEachOnce()).as("chunks at %s", disk.chunks).isTrue();
    }
}
