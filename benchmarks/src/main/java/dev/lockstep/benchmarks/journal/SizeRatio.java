package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.storage.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.IoUtil;
import org.agrona.concurrent.BusySpinIdleStrategy;

/**
 * Whether appending costs more in a journal that is large already. A large and a small journal take turns, in one
 * process, so that whatever else the machine does meets both alike.
 */
final class SizeRatio implements Measurement {
    private static final int COMMAND_BYTES = 100;
    private static final int FRAMES_A_ROUND = 10_000;
    /** Timed together: on many machines the clock moves in steps of 10 ns, too coarse to tell two frames apart. */
    private static final int FRAMES_A_READING = 10;

    private static final int WARM_UP_ROUNDS = 10;
    /** With all its rounds the small journal goes from 50 to 150 MB. */
    private static final long SMALL_BYTES = 50_000_000;

    private final String figure;

    /**
     * @param figure what the ratio is called
     */
    SizeRatio(String figure) {
        this.figure = figure;
    }

    @Override
    public void run(Path directory, Effort effort, Results results) throws IOException {
        Path smallDirectory = directory.resolve("small");
        IoUtil.delete(smallDirectory.toFile(), true); // of the round before, grown since
        Fill.mixed(smallDirectory, SMALL_BYTES);
        try (RunningJournal large = RunningJournal.open(directory, JournalSettings.DEFAULT);
                RunningJournal small = RunningJournal.open(smallDirectory, JournalSettings.DEFAULT)) {
            Side largeSide = new Side(large);
            Side smallSide = new Side(small);
            int rounds = effort.of(30, 60);
            for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
                if (round == WARM_UP_ROUNDS) {
                    largeSide.times.forget();
                    smallSide.times.forget();
                }
                boolean largeFirst = round % 2 == 0;
                (largeFirst ? largeSide : smallSide).round();
                (largeFirst ? smallSide : largeSide).round();
            }
            Latencies largeTimes = largeSide.times;
            Latencies smallTimes = smallSide.times;
            results.add(figure + ".p50", largeTimes.medianNs() / smallTimes.medianNs());
            results.add(figure + ".mean", largeTimes.meanNs() / smallTimes.meanNs());
        }
    }

    /** One of the two journals, and what its frames have cost. */
    private static final class Side {
        private final RunningJournal running;
        private final FrameAppender appender;
        private final Latencies times = new Latencies();

        Side(RunningJournal running) {
            this.running = running;
            this.appender = new FrameAppender(running.journal(), BusySpinIdleStrategy.INSTANCE);
        }

        void round() {
            running.awaitRoom();
            for (int reading = 0; reading < FRAMES_A_ROUND / FRAMES_A_READING; reading++) {
                long startNs = System.nanoTime();
                for (int frame = 0; frame < FRAMES_A_READING; frame++) {
                    appender.append(COMMAND_BYTES);
                }
                times.record(System.nanoTime() - startNs);
            }
        }
    }
}
