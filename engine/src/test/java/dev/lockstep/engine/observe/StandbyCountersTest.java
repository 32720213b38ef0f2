package dev.lockstep.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.Disk;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandbyCountersTest {
    @TempDir
    private Path directory;

    private long nowMs = 1;
    private CountersFile file;
    private StandbyCounters standbys;

    @BeforeEach
    void open() {
        file = CountersFile.open(directory, Disk.system(), () -> nowMs);
        standbys = new StandbyCounters(file.counters());
    }

    @AfterEach
    void close() {
        file.close();
    }

    private Map<String, Long> read() {
        return CountersFile.read(directory);
    }

    @Test
    void aStandbyIsCountedFromWhenItIsShownUntilItGoes() {
        standbys.show(2, 10, false);
        standbys.show(7, 0, true);
        standbys.show(2, 3, true);
        assertThat(read())
                .isEqualTo(Map.of(
                        "standby 2 lag in indices", 3L,
                        "standby 2 live", 1L,
                        "standby 7 lag in indices", 0L,
                        "standby 7 live", 1L));

        standbys.forget(2);
        standbys.forget(2);
        assertThat(read()).containsOnlyKeys("standby 7 lag in indices", "standby 7 live");

        standbys.forgetAll();
        assertThat(read()).isEmpty();
    }

    @Test
    void aStandbyThatComesBackIsCountedAnew() {
        standbys.show(2, 10, true);
        standbys.forgetAll();
        standbys.show(2, 0, false);
        assertThat(read()).isEqualTo(Map.of("standby 2 lag in indices", 0L, "standby 2 live", 0L));
    }

    @Test
    void moreStandbysThanThereIsRoomForStopNobody() {
        for (int node = 0; node < CountersFile.MAX_COUNTERS; node++) {
            standbys.show(node, node, true);
        }
        assertThat(read()).hasSize(CountersFile.MAX_COUNTERS).containsEntry("standby 127 lag in indices", 127L);

        standbys.forgetAll();
        nowMs += 60_000;
        standbys.show(255, 9, true);
        assertThat(read()).containsOnlyKeys("standby 255 lag in indices", "standby 255 live");
    }

    @Test
    void roomIsNotUsedAgainBeforeWhoReadsItHasDoneSo() {
        standbys.show(1, 0, true);
        int before = file.counters().available();
        standbys.forget(1);
        standbys.show(2, 0, true);
        assertThat(file.counters().getCounterLabel(0)).isNotEqualTo("standby 2 lag in indices");

        nowMs += 60_000;
        standbys.show(3, 0, true);
        assertThat(file.counters().available()).isEqualTo(before - 2);
    }
}
