package dev.lockstep.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Threading;
import dev.lockstep.storage.Invariant;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class JournalCheckTest {
    private static final int PER_SECOND = 100;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Threading.class)
    void whatWasAnsweredIsFoundInTheJournalAndOneMoreIsMissed(Threading threading) {
        long commands = load(new SingleNode(threading, Durability.APPENDED));
        assertThatCode(() -> JournalCheck.check(directory, commands)).doesNotThrowAnyException();
        assertThatThrownBy(() -> JournalCheck.check(directory, commands + 1))
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("has not every command: expected " + (commands + 1) + ", found " + commands);
    }

    private long load(SingleNode node) {
        try (RunningEngine engine = node.start(directory)) {
            engine.awaitPrimary();
            try (Application application = new Application(engine, node.whileIdle())) {
                application.exchange();
                FullLoad.answer(application, 1000);
                new PacedLoad(application, PER_SECOND).run(1, new Latencies());
                return application.answered();
            }
        }
    }
}
