package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Command;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.SnapshotOutput;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes that take snapshots in turn, and cut their logs. */
@Timeout(240)
final class SnapshotsInClusterTest {
    private static final int EVERY = 5_000;
    /** A node begins by saving the state that it was given. */
    private static final long SAVED_AT_START = 1;

    private static final class CountingAdder extends Adder {
        private final AtomicLong saved = new AtomicLong();
        private final AtomicLong applied = new AtomicLong();

        @Override
        public void apply(Command command, Reply reply) {
            applied.incrementAndGet();
            super.apply(command, reply);
        }

        @Override
        public void save(SnapshotOutput out) {
            saved.incrementAndGet();
            super.save(out);
        }
    }

    @TempDir
    private Path directory;

    private final Map<String, CountingAdder> states = new HashMap<>();
    private EngineTrio trio;

    private Mode mode = Mode.SYNC;

    @BeforeEach
    void open() {
        trio = new EngineTrio(directory)
                .with(builder -> builder.segmentBytes(512 << 10)
                        .maxCommandBytes(1024)
                        .snapshots(Snapshot.every(EVERY))
                        .mode(mode));
    }

    private void startAll() {
        EngineTrio.NAMES.forEach(this::start);
    }

    @AfterEach
    void close() {
        trio.close();
    }

    private void start(String name) {
        states.put(name, new CountingAdder());
        trio.start(name, states.get(name));
    }

    @Test
    void standbysTakeThemThePrimaryHasThemBroughtAndAllLogsAreCut() {
        startAll();
        String primary = trio.primary().status().node();
        for (int i = 0; i < 12; i++) {
            long before = trio.engine(primary).status().snapshotIndex();
            trio.submit(EVERY);
            trio.await(
                    "the primary has a newer one",
                    () -> trio.engine(primary).status().snapshotIndex() > before);
        }
        trio.await(
                "all logs are cut",
                () -> trio.running().stream().allMatch(each -> each.status().baseIndex() > 0));
        assertThat(trio.primary().status().node())
                .as("nobody was elected meanwhile")
                .isEqualTo(primary);
        assertThat(states.get(primary).saved).hasValue(SAVED_AT_START);
        assertThat(states.entrySet().stream()
                        .filter(each -> !each.getKey().equals(primary))
                        .allMatch(each -> each.getValue().saved.get() > SAVED_AT_START))
                .as("the standbys have taken them in turn")
                .isTrue();
        trio.awaitAgreement();
    }

    @Test
    void aNodeThatWasAwayForTooLongIsBroughtASnapshotAndGoesOn() {
        startAll();
        trio.submit(10);
        trio.awaitAgreement();
        String away = trio.standby();
        trio.close(away);
        long applied = 0;
        while (trio.primary().status().baseIndex() == 0) {
            trio.submit(EVERY);
            applied += EVERY;
        }
        start(away);
        trio.awaitAgreement();
        assertThat(trio.engine(away).status().baseIndex()).isPositive();
        assertThat(states.get(away).applied.get())
                .as("the rest came in a snapshot")
                .isLessThan(applied);
        trio.submit(10);
        trio.awaitAgreement();
    }

    @Test
    void aPrimaryThatGoesOnAloneIsNotHeldUpByASnapshotThatNobodyMayKeep() {
        mode = Mode.ASYNC;
        startAll();
        trio.submit(10);
        trio.awaitAgreement();
        String primary = trio.primary().status().node();
        EngineTrio.NAMES.stream().filter(name -> !name.equals(primary)).forEach(trio::close);
        long before = trio.engine(primary).status().appliedIndex();
        for (int i = 0; i < 3 * EVERY; i++) {
            trio.engine(primary).submit(Adder.number(i + 1), Ack.LOCAL_APPENDED).join();
        }
        trio.await("all is applied", () -> trio.engine(primary).status().appliedIndex() >= before + 3 * EVERY);
    }
}
