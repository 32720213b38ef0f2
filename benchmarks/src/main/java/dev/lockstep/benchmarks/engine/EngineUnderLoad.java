package dev.lockstep.benchmarks.engine;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import java.nio.file.Path;
import java.util.List;

/** How long commands take from when they are due until their replies are heard, at several rates; and how many are taken. */
record EngineUnderLoad(SingleNode node) implements Measurement {
    /** A rate, and how it is called. */
    private record Rate(int perSecond, String name) {}

    private static final List<Rate> RATES =
            List.of(new Rate(1_000, "1k"), new Rate(100_000, "100k"), new Rate(500_000, "500k"));
    private static final int WARM_UP_PER_SECOND = 100_000;

    @Override
    public void run(Path directory, Effort effort, Results results) {
        try (RunningEngine engine = node.start(directory)) {
            engine.awaitPrimary();
            try (Application application = new Application(engine, node.whileIdle())) {
                FullLoad.perSecond(application, effort.of(1, 3));
                new PacedLoad(application, WARM_UP_PER_SECOND).run(effort.of(2, 5), new Latencies());
                for (Rate rate : RATES) {
                    measure(application, rate, effort, results);
                }
                double perSecond = FullLoad.perSecond(application, effort.of(2, 5));
                results.add(node.figure() + ".throughput.per.s", perSecond);
            }
        }
    }

    private void measure(Application application, Rate rate, Effort effort, Results results) {
        String figure = node.figure() + "." + rate.name();
        PacedLoad load = new PacedLoad(application, rate.perSecond());
        load.run(1, new Latencies());
        Latencies latencies = new Latencies();
        double achieved = load.run(effort.of(2, 10), latencies);
        latencies.reportUs(figure, results);
        results.add(figure + ".achieved.per.s", achieved);
    }
}
