package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.Threading;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots on which bits have changed: what is kept is for that. */
@Timeout(240)
final class SnapshotDamageTest {
    @TempDir
    private Path directory;

    private EngineTrio trio;
    private long submitted;

    @AfterEach
    void close() {
        if (trio != null) {
            trio.close();
        }
    }

    private EngineBuilder single() {
        return ShortLogs.single(directory.resolve("a"), new LargeAdder());
    }

    private void submit(Engine engine, int commands) {
        Load.submit(engine, commands, i -> Adder.number(++submitted));
    }

    private void runUntilTheLogIsCut() {
        ShortLogs.runUntilTheLogIsCut(single(), engine -> submit(engine, ShortLogs.EVERY));
    }

    @Test
    void whereTheNewestIsDamagedTheOlderOneIsLoadedAndTheRestIsAppliedAgain() {
        runUntilTheLogIsCut();
        Path newest = KeptFiles.of(directory.resolve("a")).get(0);
        KeptFiles.damage(newest);
        LargeAdder again = new LargeAdder();
        try (OpenEngine open = OpenEngine.start(single().stateMachine(again), Threading.COMPACT)) {
            submit(open.engine, 1);
            assertThat(open.engine.status().errors())
                    .anyMatch(each -> each.contains(newest.getFileName().toString()));
        }
        assertThat(again.count).isEqualTo(submitted);
        assertThat(again.total).isEqualTo(submitted * (submitted + 1) / 2);
        assertThat(KeptFiles.aside(directory.resolve("a"), ".damaged")).hasSize(1);
    }

    @Test
    void aNodeThatIsAloneAndHasNoneLeftServesNothingRatherThanLess() {
        runUntilTheLogIsCut();
        List<Path> both = KeptFiles.of(directory.resolve("a"));
        both.forEach(KeptFiles::damage);
        try (OpenEngine open = OpenEngine.start(single(), Threading.COMPACT)) {
            EngineStatus status = ShortLogs.await(open.engine, now -> now.applierFailure() != null);
            assertThat(status.applierFailure())
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("no snapshot that is kept here is of use")
                    .hasMessageContaining("restored from a backup");
            both.forEach(file -> assertThat(status.errors())
                    .anyMatch(each -> each.contains(file.getFileName().toString())));
            assertThatThrownBy(() -> open.engine.submit(Adder.number(1)).join())
                    .cause()
                    .isInstanceOfAny(EngineException.NotPrimary.class, EngineException.OutcomeUnknown.class)
                    .hasMessageContaining("no snapshot that is kept here is of use");
        }
        assertThatThrownBy(() -> single().start())
                .isInstanceOf(StorageException.Damaged.class)
                .hasMessageContaining("restore the directory from a backup");
        assertThat(KeptFiles.aside(directory.resolve("a"), ".damaged")).hasSize(2);
    }

    private String awayAfterTheLogsAreCut() {
        trio = new EngineTrio(directory).with(ShortLogs::set);
        EngineTrio.NAMES.forEach(name -> trio.start(name, new LargeAdder()));
        while (trio.running().stream().anyMatch(each -> each.status().baseIndex() == 0)) {
            submit(trio.primary(), ShortLogs.EVERY);
        }
        trio.awaitAgreement();
        String away = trio.standby();
        trio.close(away);
        return away;
    }

    @Test
    void aMemberThatHasNoneLeftIsBroughtOneByAPeer() {
        String away = awayAfterTheLogsAreCut();
        KeptFiles.of(directory.resolve(away)).forEach(KeptFiles::damage);
        trio.start(away, new LargeAdder());
        submit(trio.primary(), 10);
        trio.awaitAgreement();
        assertThat(trio.engine(away).status().applierFailure()).isNull();
        assertThat(trio.engine(away).status().errors()).anyMatch(each -> each.contains("damaged"));
    }

    @Test
    void whoServesOneThatIsDamagedSaysSoAndAnotherOneServesItsOwn() throws IOException {
        String away = awayAfterTheLogsAreCut();
        String primary = trio.primary().status().node();
        KeptFiles.of(directory.resolve(primary)).forEach(KeptFiles::damage);
        try (Stream<Path> all = Files.walk(directory.resolve(away).resolve("snapshots"))) {
            all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
        }
        trio.start(away, new LargeAdder());
        submit(trio.primary(), 10);
        trio.awaitAgreement();
        assertThat(trio.engine(primary).status().failure()).isNull();
        submit(trio.primary(), 2 * ShortLogs.EVERY);
        trio.awaitAgreement();
    }
}
