package dev.lockstep.samples.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: the primary is killed under load, a standby takes over, and the killed one comes back. */
class ClusterDrillTest {
    private static final int SECONDS = 2;

    @TempDir
    Path directory;

    @Test
    @Timeout(180)
    void nothingIsLostOrAppliedTwiceWhenThePrimaryIsKilled() throws Exception {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        boolean isRight = new ClusterDrill(directory, SECONDS, out).run();
        assertThat(isRight).as(told.toString(StandardCharsets.UTF_8)).isTrue();
    }
}
