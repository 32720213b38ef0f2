package dev.lockstep.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
    @TempDir
    Path directory;

    @Test
    void theStateOutlivesTheEngineAndTheNextRun() {
        assertThat(Quickstart.run(directory)).isEqualTo(30);
        assertThat(Quickstart.run(directory)).isEqualTo(60);
    }
}
