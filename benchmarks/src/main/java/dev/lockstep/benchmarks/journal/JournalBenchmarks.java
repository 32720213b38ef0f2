package dev.lockstep.benchmarks.journal;

import static dev.lockstep.benchmarks.Target.atLeast;
import static dev.lockstep.benchmarks.Target.atMost;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Session;
import dev.lockstep.benchmarks.Subcommand;
import dev.lockstep.benchmarks.Target;
import java.util.List;
import picocli.CommandLine.Command;

/** Takes all of the journal's figures, one after another: two at a time would measure each other. */
@Command(name = "journal", description = "What the journal's writer, readers and start cost.")
public final class JournalBenchmarks extends Subcommand {
    private static final List<Target> TARGETS = List.of(
            atMost("journal.append.100B.p50.ns", 250),
            atMost("journal.append.100B.p9999.ns", 50_000),
            atMost("journal.read.100B.ns", 80),
            atLeast("journal.scan.gb.per.s", 1),
            atMost("journal.append.bytes.per.op", 0),
            atMost("journal.read.bytes.per.op", 0),
            atMost("journal.reopen.1gb.ms", 1000),
            atMost("journal.append.1gb.over.100mb.p50", 1.10),
            atMost("journal.append.1gb.over.100mb.mean", 1.10),
            atMost("journal.append.10gb.over.100mb.p50", 1.10),
            atMost("journal.append.10gb.over.100mb.mean", 1.10));

    /** Made by the command line. */
    public JournalBenchmarks() {
        super(MeasureJournal.NAME, TARGETS);
    }

    @Override
    protected void measure(Session session, Effort effort) {
        for (int round = 0; round < effort.of(1, 3); round++) {
            alone(session, JournalMeasurement.LOAD_100B);
            alone(session, JournalMeasurement.LOAD_8KIB);
            alone(session, JournalMeasurement.ROLL);
            alone(session, JournalMeasurement.TRUNCATE);
            alone(session, JournalMeasurement.ALLOCATION);
        }
        session.measureWithJmh(AppendBenchmark.class, "journal.append.100B.ns");
        session.measureWithJmh(ReadBenchmark.class, "journal.read.100B.ns");
        measureLargeJournals(session, effort);
    }

    private static void alone(Session session, JournalMeasurement measurement) {
        session.measure(measurement, measurement.name());
        session.discard(measurement.name());
    }

    private static void measureLargeJournals(Session session, Effort effort) {
        session.measure(JournalMeasurement.FILL_1GB, "1gb");
        session.measure(JournalMeasurement.SCAN_1GB, "1gb");
        for (int start = 0; start < effort.of(3, 7); start++) {
            session.measure(JournalMeasurement.REOPEN_1GB, "1gb");
        }
        if (effort == Effort.QUICK) {
            session.measure(JournalMeasurement.RATIO_1GB, "1gb");
            return;
        }
        session.discard("1gb");
        session.measure(JournalMeasurement.FILL_10GB, "10gb");
        for (int round = 0; round < 3; round++) {
            session.measure(JournalMeasurement.RATIO_10GB, "10gb");
        }
    }
}
