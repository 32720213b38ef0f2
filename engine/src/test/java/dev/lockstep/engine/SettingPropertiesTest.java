package dev.lockstep.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.EngineException.BadSettings;
import dev.lockstep.engine.pipeline.EngineSettings;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingPropertiesTest {
    private static final String ALL = """
            lockstep.directory=/somewhere/else
            lockstep.node=b
            lockstep.members=a=10.0.0.1:9000,b=10.0.0.2:9000
            lockstep.threading=pipelined
            lockstep.idle=busySpin
            lockstep.mode=async
            lockstep.durability=flushed
            lockstep.maxCommandBytes=100000
            lockstep.maxReplyBytes=2k
            lockstep.window=4096
            lockstep.maxSubmitters=7
            lockstep.ringBytes=8M
            lockstep.mtuBytes=8k
            lockstep.segmentBytes=64m
            lockstep.maxJournalBytes=20g
            lockstep.flushInterval=50us
            lockstep.snapshots=512m
            lockstep.heartbeat=10ms
            lockstep.electionTimeout=2s
            lockstep.priority=3
            lockstep.submitTimeout=7s
            lockstep.ackTimeout=20ms
            lockstep.sharedMemory=/mnt/memory
            lockstep.externalDriver=/mnt/driver
            """;

    @TempDir
    private Path directory;

    static Properties properties(String... lines) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(String.join("\n", lines)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private EngineBuilder sound() {
        return Engine.builder().directory(directory).stateMachine(new WhatUsersWrite.Counter());
    }

    private void isRefused(String line, String said) {
        assertThatThrownBy(() -> sound().from(properties(line)).settings())
                .isInstanceOf(BadSettings.class)
                .hasMessage(said);
    }

    @AfterEach
    void clearSystemProperties() {
        System.clearProperty("lockstep.heartbeat");
        System.clearProperty("lockstep.heartbeat.s");
        System.clearProperty("lockstep.tests.thing");
    }

    @Test
    void everySettingThatIsNoObjectIsReadFromAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("lockstep.properties"), ALL);
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        assertThat(properties.stringPropertyNames())
                .as("no setting was forgotten here")
                .hasSameSizeAs(new SettingKeys(Engine.builder()).names());
        EngineSettings settings = sound().from(properties).settings();
        assertThat(settings.directory()).isEqualTo(Path.of("/somewhere/else"));
        assertThat(settings.name()).isEqualTo("b");
        assertThat(settings.node()).isEqualTo(2);
        assertThat(settings.members()).hasToString("a#1=10.0.0.1:9000,b#2=10.0.0.2:9000");
        assertThat(settings.threading()).isEqualTo(Threading.PIPELINED);
        assertThat(settings.idle()).isEqualTo(Idle.BUSY_SPIN);
        assertThat(settings.mode()).isEqualTo(Mode.ASYNC);
        assertThat(settings.durability()).isEqualTo(Durability.FLUSHED);
        assertThat(settings.maxCommandBytes()).isEqualTo(100_000);
        assertThat(settings.maxReplyBytes()).isEqualTo(2048);
        assertThat(settings.window()).isEqualTo(4096);
        assertThat(settings.maxSubmitters()).isEqualTo(7);
        assertThat(settings.ringBytes()).isEqualTo(8 << 20);
        assertThat(settings.mtuBytes()).isEqualTo(8192);
        assertThat(settings.segmentBytes()).isEqualTo(64 << 20);
        assertThat(settings.maxJournalBytes()).isEqualTo(20L << 30);
        assertThat(settings.flushIntervalNs()).isEqualTo(50_000);
        assertThat(settings.snapshots().bytes()).isEqualTo(512L << 20);
        assertThat(settings.snapshots().commands()).isEqualTo(Long.MAX_VALUE);
        assertThat(settings.heartbeatNs()).isEqualTo(10_000_000);
        assertThat(settings.electionTimeoutNs()).isEqualTo(2_000_000_000);
        assertThat(settings.priority()).isEqualTo(3);
        assertThat(settings.submitTimeoutNs()).isEqualTo(7_000_000_000L);
        assertThat(settings.ackTimeoutNs()).isEqualTo(20_000_000);
        assertThat(settings.sharedMemory()).isEqualTo(Path.of("/mnt/memory"));
        assertThat(settings.externalDriver()).isEqualTo(Path.of("/mnt/driver"));
    }

    @ParameterizedTest
    @CsvSource({
        "lockstep.electiontimeout=1s, electionTimeout",
        "lockstep.election-timeout=1s, electionTimeout",
        "lockstep.electionTimeoutMs=1, electionTimeout",
        "lockstep.segmentByte=1, segmentBytes",
        "lockstep.segment.bytes=1, segmentBytes",
        "lockstep.member=a, members"
    })
    void aKeyThatNoSettingHasIsToldTheNearestOne(String line, String nearest) {
        String key = line.substring(0, line.indexOf('='));
        isRefused(line, key + " is no setting; the nearest one is lockstep." + nearest);
    }

    @Test
    void keysOfOthersArePassedOver() {
        assertThat(sound().from(properties("heartbeat=1", "lockstepheartbeat=1", "my.lockstep.idle=1"))
                        .settings()
                        .heartbeatNs())
                .isEqualTo(30_000_000);
    }

    @Test
    void whatIsAnObjectIsSetInCode() {
        isRefused(
                "lockstep.stateMachine=com.example.Ledger",
                "lockstep.stateMachine cannot be written in properties; call the builder's stateMachine instead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "30 m", "30ns", "-30ms", "1.5s", "PT1S", "30MS", "1234567890123s"})
    void aDurationNeedsAUnitThatIsKnown(String written) {
        isRefused(
                "lockstep.heartbeat=" + written,
                "lockstep.heartbeat is \"" + written + "\"; a duration is written with us, ms or s, as 300ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"32mb", "m", "-1", "0x10", "1t", "12345678901"})
    void aSizeIsAPlainNumberWithAUnitOrWithout(String written) {
        isRefused(
                "lockstep.segmentBytes=" + written,
                "lockstep.segmentBytes is \"" + written + "\"; a size is written in bytes, or with k, m or g, as 32m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2g", "2147483648", "9999999999g", "2048m"})
    void noSizeIsLongerThanCanBeCounted(String written) {
        isRefused("lockstep.ringBytes=" + written, "lockstep.ringBytes is \"" + written + "\"; no size is 2g or more");
    }

    @Test
    void whatElseCannotBeReadIsToldToo() {
        isRefused("lockstep.window=1k", "lockstep.window is \"1k\"; a whole number is written in digits");
        isRefused("lockstep.mode=", "lockstep.mode is \"\"; give it a value, or leave it out");
        isRefused("lockstep.threading=fast", "lockstep.threading is \"fast\"; it is one of COMPACT, PIPELINED, CALLER");
        isRefused(
                "lockstep.directory=a\\u0000b",
                "lockstep.directory is \"a\0b\"; that is no path: Nul character not allowed");
    }

    @Test
    void sizesUpToTheLongestAreRead() {
        assertThat(sound().from(properties("lockstep.ringBytes=1G")).settings().ringBytes())
                .isEqualTo(1 << 30);
    }

    @Test
    void whatIsSetLastCounts() {
        EngineBuilder builder = sound().heartbeat(Duration.ofMillis(5))
                .from(properties("lockstep.heartbeat=6ms", "lockstep.idle=yield"))
                .from(properties("lockstep.heartbeat=7ms"));
        assertThat(builder.settings().heartbeatNs()).isEqualTo(7_000_000);
        assertThat(builder.settings().idle()).isEqualTo(Idle.YIELD);
        assertThat(builder.heartbeat(Duration.ofMillis(8)).settings().heartbeatNs())
                .isEqualTo(8_000_000);
    }

    @Test
    void aValueThatCannotBeReadIsNoMistakeOnceABetterOneComes() {
        EngineBuilder builder = sound().from(properties("lockstep.heartbeat=soon"));
        assertThatThrownBy(builder::settings).hasMessageStartingWith("lockstep.heartbeat is \"soon\"");
        assertThat(builder.from(properties("lockstep.heartbeat=7ms")).settings().heartbeatNs())
                .isEqualTo(7_000_000);
    }

    @Test
    @ResourceLock(Resources.SYSTEM_PROPERTIES)
    void systemPropertiesOverrideAFile() {
        System.setProperty("lockstep.heartbeat", "9ms");
        EngineBuilder builder =
                sound().from(properties("lockstep.heartbeat=6ms")).fromSystemProperties();
        assertThat(builder.settings().heartbeatNs()).isEqualTo(9_000_000);
    }

    @Test
    @ResourceLock(Resources.SYSTEM_PROPERTIES)
    void systemPropertiesOfOtherPartsArePassedOverUnlessTheyLookLikeASetting() {
        System.setProperty("lockstep.tests.thing", "1");
        assertThat(sound().fromSystemProperties().settings().heartbeatNs()).isEqualTo(30_000_000);
        System.setProperty("lockstep.heartbeat.s", "1");
        assertThatThrownBy(() -> sound().fromSystemProperties().settings())
                .hasMessage("lockstep.heartbeat.s is no setting; the nearest one is lockstep.heartbeat");
    }

    @Test
    void snapshotsAreTakenNeverOrEachSoManyCommandsOrBytesOfLog() {
        assertThat(SettingValues.snapshots("never")).hasToString("never");
        assertThat(SettingValues.snapshots("1000000")).hasToString("every 1000000 commands");
        assertThat(SettingValues.snapshots("2G")).hasToString("every 2147483648 bytes");
        for (String wrong : new String[] {"0", "0m", "", "often", "-1", "999999999999g"}) {
            assertThatThrownBy(() -> SettingValues.snapshots(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
