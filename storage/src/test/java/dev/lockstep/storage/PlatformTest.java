package dev.lockstep.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PlatformTest {
    @Test
    void theTestsThemselvesRunWhereLockstepRuns() {
        assertThatCode(Platform::check).doesNotThrowAnyException();
    }

    @Test
    void theArgumentFileHoldsWhatThePlatformAsksForAndNothingElse() throws IOException {
        List<String> known = new ArrayList<>();
        known.add("-XX:+IgnoreUnrecognizedVMOptions"); // so that one file serves 17 to 25
        Arrays.stream(JvmFlag.values()).map(JvmFlag::text).forEach(known::add);
        Platform.CHRONICLE_SILENCERS.forEach(name -> known.add("-D" + name + "=true"));
        known.add(PlatformFindings.ALLOW_UNSAFE);

        assertThat(JvmOptionsFile.flags()).containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void chronicleIsSilencedUnlessTheUserSaidOtherwise() {
        Properties properties = new Properties();
        properties.setProperty("chronicle.announcer.disable", "false");

        Platform.silenceChronicle(properties);

        assertThat(properties)
                .containsOnly(
                        Map.entry("chronicle.analytics.disable", "true"),
                        Map.entry("chronicle.announcer.disable", "false"),
                        Map.entry("chronicle.disk.monitor.disable", "true"));
    }
}
