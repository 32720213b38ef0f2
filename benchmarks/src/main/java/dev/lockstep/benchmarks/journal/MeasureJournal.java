package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.OneMeasurement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes one of the journal's measurements. */
@Command(name = MeasureJournal.NAME, hidden = true, description = "Takes one of the journal's measurements.")
public final class MeasureJournal extends OneMeasurement {
    static final String NAME = "measure-journal";

    @Parameters(index = "0")
    private JournalMeasurement which;

    @Override
    protected Measurement make() {
        return which.make();
    }
}
