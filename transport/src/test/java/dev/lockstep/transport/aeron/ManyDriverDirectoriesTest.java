package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManyDriverDirectoriesTest {
    private static final int AT_ONCE = 8;
    private static final int ROUNDS = 200;

    @TempDir
    private Path place;

    @Test
    void manyThatStartAtOnceTakeOneEachAndRemoveWhatTheDeadLeft() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                leaveBehind(round);
                CyclicBarrier begin = new CyclicBarrier(AT_ONCE);
                List<Future<DriverDirectory>> takers = new ArrayList<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    takers.add(threads.submit(() -> {
                        begin.await();
                        return DriverDirectory.take(place, null, 1);
                    }));
                }
                List<DriverDirectory> taken = new ArrayList<>();
                for (Future<DriverDirectory> each : takers) {
                    taken.add(each.get());
                }
                assertThat(taken.stream().map(DriverDirectory::path)).doesNotHaveDuplicates();
                assertThat(entries()).as("locks of those that live").isEqualTo(AT_ONCE);
                taken.forEach(DriverDirectory::release);
                assertThat(entries()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void leaveBehind(int round) throws IOException {
        for (int i = 0; i < 3; i++) {
            String name = "lockstep-dead" + round + "-" + i;
            Files.createFile(place.resolve(name + ".lock"));
            Files.createFile(Files.createDirectory(place.resolve(name)).resolve("cnc.dat"));
        }
    }

    private long entries() throws IOException {
        try (Stream<Path> all = Files.list(place)) {
            return all.count();
        }
    }
}
