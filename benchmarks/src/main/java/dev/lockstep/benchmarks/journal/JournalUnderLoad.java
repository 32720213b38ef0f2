package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.storage.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BusySpinIdleStrategy;

/**
 * How long the writer's thread spends on a frame while frames come at a fixed rate, across rolls, with the background
 * work going on.
 *
 * <p>The <em>corrected</em> figures count from the moment at which the frame was due, so a frame that waits behind a
 * slow one is slow too (no coordinated omission); the others count from when the writer began with it.
 */
final class JournalUnderLoad implements Measurement {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final String figure;
    private final int commandBytes;
    private final int framesPerSecond;
    private final Latencies service = new Latencies();
    private final Latencies corrected = new Latencies();

    /**
     * @param size the commands' length, as the figures' names say it
     * @param commandBytes the commands' length
     * @param framesPerSecond the rate offered; the machine must sustain it
     */
    JournalUnderLoad(String size, int commandBytes, int framesPerSecond) {
        this.figure = "journal.append." + size;
        this.commandBytes = commandBytes;
        this.framesPerSecond = framesPerSecond;
    }

    @Override
    public void run(Path directory, Effort effort, Results results) throws IOException {
        try (RunningJournal running = RunningJournal.open(directory, JournalSettings.DEFAULT)) {
            FrameAppender appender = new FrameAppender(running.journal(), BusySpinIdleStrategy.INSTANCE);
            offer(appender, effort.of(3, 10));
            service.forget();
            corrected.forget();
            long heldUpBefore = appender.framesHeldUp();
            double achieved = offer(appender, effort.of(7, 30));

            service.report(figure, results);
            corrected.report(figure + ".corrected", results);
            results.add(figure + ".offered.per.s", framesPerSecond);
            results.add(figure + ".achieved.per.s", achieved);
            results.add(figure + ".backpressured", (double) (appender.framesHeldUp() - heldUpBefore));
        }
    }

    /** @return the frames appended in a second */
    private double offer(FrameAppender appender, int seconds) {
        long periodNs = SECOND_NS / framesPerSecond;
        long frames = (long) framesPerSecond * seconds;
        long beginNs = System.nanoTime();
        long endNs = beginNs;
        long dueNs = beginNs;
        for (long frame = 0; frame < frames; frame++) {
            dueNs += periodNs;
            long startNs = System.nanoTime();
            while (startNs - dueNs < 0) {
                startNs = System.nanoTime();
            }
            appender.append(commandBytes);
            endNs = System.nanoTime();
            service.record(endNs - startNs);
            corrected.record(endNs - dueNs);
        }
        return frames * (double) SECOND_NS / (endNs - beginNs);
    }
}
