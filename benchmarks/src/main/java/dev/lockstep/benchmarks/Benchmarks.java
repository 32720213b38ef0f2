package dev.lockstep.benchmarks;

import dev.lockstep.benchmarks.commit.CommitBenchmarks;
import dev.lockstep.benchmarks.commit.CommitPartner;
import dev.lockstep.benchmarks.commit.MeasureCommit;
import dev.lockstep.benchmarks.engine.EngineBenchmarks;
import dev.lockstep.benchmarks.engine.MeasureEngine;
import dev.lockstep.benchmarks.journal.JournalBenchmarks;
import dev.lockstep.benchmarks.journal.MeasureJournal;
import dev.lockstep.benchmarks.replica.MeasureReplica;
import dev.lockstep.benchmarks.replica.ReplicaBenchmarks;
import dev.lockstep.benchmarks.snapshot.MeasureSnapshot;
import dev.lockstep.benchmarks.snapshot.SnapshotBenchmarks;
import dev.lockstep.benchmarks.snapshot.TrioPartner;
import dev.lockstep.benchmarks.transport.MeasureTransport;
import dev.lockstep.benchmarks.transport.TransportBenchmarks;
import dev.lockstep.benchmarks.transport.TransportPartner;
import dev.lockstep.storage.Platform;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program behind {@code benchmarks/run}: one subcommand for each part of the house that has figures. */
@Command(
        name = "benchmarks/run",
        description = "Measures what Lockstep costs and prints the figures beside their targets.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            JournalBenchmarks.class,
            MeasureJournal.class,
            TransportBenchmarks.class,
            MeasureTransport.class,
            TransportPartner.class,
            ReplicaBenchmarks.class,
            MeasureReplica.class,
            EngineBenchmarks.class,
            MeasureEngine.class,
            CommitBenchmarks.class,
            MeasureCommit.class,
            CommitPartner.class,
            SnapshotBenchmarks.class,
            MeasureSnapshot.class,
            TrioPartner.class
        })
public final class Benchmarks {
    @SuppressWarnings("unused") // picocli answers it
    @Option(names = "--help", usageHelp = true, description = "Says what there is to measure.")
    private boolean help;

    private Benchmarks() {}

    /**
     * @param arguments the subcommand and its options
     */
    public static void main(String[] arguments) {
        Platform.check();
        System.exit(new CommandLine(new Benchmarks()).execute(arguments));
    }
}
