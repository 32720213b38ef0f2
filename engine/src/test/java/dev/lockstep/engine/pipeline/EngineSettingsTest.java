package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Idle;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Threading;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.TransportSettings.Terms;
import dev.lockstep.transport.Transports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EngineSettingsTest {
    /** What stands around a command in its frame. */
    private static final int AROUND_BYTES = Frame.lengthOfOne(0) + EngineSettings.COMMAND_HEAD_BYTES;
    /** What an eighth of the largest term buffer holds. */
    private static final int LONGEST_SENT = (8 << 20) - Replica.APPEND_OVERHEAD - AROUND_BYTES;

    @TempDir
    private Path directory;

    private EngineSettings settings(
            String members, int maxCommandBytes, int ringBytes, int mtuBytes, int segmentBytes) {
        return new EngineSettings(
                directory,
                members == null ? "1" : "a",
                1,
                members == null ? MemberList.ofSingle() : MemberList.parse(members, new ArrayList<>()),
                Threading.COMPACT,
                Idle.BACKOFF,
                Mode.ASYNC,
                Durability.FLUSHED,
                maxCommandBytes,
                1024,
                1024,
                64,
                ringBytes,
                mtuBytes,
                segmentBytes,
                JournalSettings.UNBOUNDED,
                7,
                Snapshot.never(),
                10,
                100,
                2,
                1,
                1,
                Thread::new,
                null,
                error -> {},
                directory,
                null);
    }

    private static List<String> mistakesOf(EngineSettings settings) {
        List<String> mistakes = new ArrayList<>();
        SettingsRules.check(settings, mistakes);
        return mistakes;
    }

    private EngineSettings inCluster(int maxCommandBytes) {
        return settings("a=h:1,b=h:11", maxCommandBytes, 1 << 27, 1408, 128 << 20);
    }

    @Test
    void aFrameClosesWhereItFillsADatagram() {
        EngineSettings settings = inCluster(64 << 10);
        TransportSettings client = TransportSettings.ofClient()
                .withDirectories(directory, directory)
                .withMtuBytes(settings.mtuBytes())
                .withTerms(settings.terms());
        try (Transport transport = Transports.open(client, Hello.ofClient(1, 1), List.of())) {
            assertThat(settings.closeFrameAtBytes() + Replica.APPEND_OVERHEAD).isEqualTo(transport.maxClaimBytes());
            assertThat(transport.maxWholeBytes(Stream.LOG))
                    .isEqualTo(settings.terms().logBytes() / EngineSettings.TERM_PART);
        }
    }

    @Test
    void theLongestFrameHoldsTheLongestCommandWithItsHead() {
        EngineSettings settings = inCluster(100_001);
        int length = 100_001 + EngineSettings.COMMAND_HEAD_BYTES;
        FrameEncoder encoder = new FrameEncoder(settings.closeFrameAtBytes(), length).start(FrameType.COMMANDS);
        encoder.claim(length);
        assertThat(settings.maxFrameBytes()).isEqualTo(encoder.length());
    }

    @Test
    void theLongestFrameIsNeverShorterThanAConfigurationMayBe() {
        assertThat(settings(null, 8, 1024, 1408, 1 << 20).maxFrameBytes()).isEqualTo(Frame.lengthOfOne(64 << 10));
    }

    @Test
    void aDatagramMayBeTheLongestFrame() {
        EngineSettings settings = settings("a=h:1", 8, 1024, 65504, 1 << 20);
        assertThat(settings.closeFrameAtBytes()).isGreaterThan(65000);
        assertThat(settings.maxFrameBytes()).isGreaterThanOrEqualTo(settings.closeFrameAtBytes());
        assertThat(TransportSettings.ofClient()
                        .withTerms(settings.terms())
                        .withMtuBytes(65504)
                        .mtuBytes())
                .isEqualTo(65504);
    }

    @ParameterizedTest
    @CsvSource({"8, 1", "65536, 1", "130000, 1", "131072, 2", "1048576, 16", "8000000, 64"})
    void termBuffersAreAsSmallAsTheLongestFrameLetsThem(int maxCommandBytes, int logMiB) {
        EngineSettings settings = inCluster(maxCommandBytes);
        assertThat(settings.terms().logBytes()).isEqualTo(logMiB << 20);
        assertThat(settings.terms().controlBytes()).isEqualTo(Terms.DEFAULT.controlBytes());
        assertThat(mistakesOf(settings)).isEmpty();
    }

    @Test
    void aTermBufferThatIsJustLargeEnoughIsNotMadeLarger() {
        int longest = (128 << 10) - Replica.APPEND_OVERHEAD - AROUND_BYTES;
        assertThat(inCluster(longest).terms()).isEqualTo(Terms.DEFAULT);
        assertThat(inCluster(longest + 1).terms().logBytes()).isEqualTo(2 << 20);
    }

    @Test
    void whatIsSentToMembersFitsATermBuffer() {
        assertThat(mistakesOf(inCluster(LONGEST_SENT))).isEmpty();
        assertThat(mistakesOf(inCluster(LONGEST_SENT + 1)))
                .singleElement()
                .asString()
                .startsWith("maxCommandBytes is " + (LONGEST_SENT + 1) + ", and members is given")
                .endsWith("lower maxCommandBytes to " + LONGEST_SENT);
        assertThat(mistakesOf(settings(null, 16 << 20, 1 << 27, 1408, 128 << 20)))
                .as("a node that is alone sends nothing")
                .isEmpty();
    }

    @Test
    void aCommandFitsAQuarterOfTheRing() {
        int longest = 1024 - IngressEntry.HEAD_BYTES;
        assertThat(mistakesOf(settings(null, longest, 4096, 1408, 1 << 20))).isEmpty();
        assertThat(new Ingress(4096 / Ingress.SLOT_BYTES).maxLength()).isEqualTo(longest);
        assertThat(mistakesOf(settings(null, longest + 1, 4096, 1408, 1 << 20)))
                .singleElement()
                .asString()
                .startsWith("ringBytes is 4096 and maxCommandBytes " + (longest + 1))
                .endsWith("raise ringBytes to 8192, or lower maxCommandBytes to " + longest);
    }

    @Test
    void aFrameFitsAQuarterOfASegment() {
        int longest = (80 << 10) - Frame.HEADER_LENGTH - AROUND_BYTES;
        assertThat(mistakesOf(settings(null, longest, 1 << 20, 1408, 320 << 10)))
                .isEmpty();
        assertThat(mistakesOf(settings(null, longest + 1, 1 << 20, 1408, 320 << 10)))
                .singleElement()
                .asString()
                .endsWith("raise segmentBytes to 393216");
        assertThat(mistakesOf(settings(null, 64 << 10, 1 << 20, 1408, 256 << 10)))
                .singleElement()
                .asString()
                .startsWith("segmentBytes is 262144 and maxCommandBytes 65536")
                .endsWith("raise segmentBytes to 327680");
        int maxFrameBytes = settings(null, 16 << 20, 1 << 27, 1408, 128 << 20).maxFrameBytes();
        assertThat(mistakesOf(settings(null, 16 << 20, 1 << 27, 1408, 64 << 20)))
                .singleElement()
                .asString()
                .contains("the longest frame has " + maxFrameBytes + " bytes")
                .endsWith("raise segmentBytes to " + ((64 << 20) + (64 << 10)));
        assertThat(mistakesOf(settings(null, 16 << 20, 1 << 27, 1408, (64 << 20) + (64 << 10))))
                .isEmpty();
    }

    @Test
    void whatDependsOnABadSettingIsNotToldBesides() {
        assertThat(mistakesOf(settings("a=h:1", Integer.MAX_VALUE, 1, Integer.MAX_VALUE, -1)))
                .hasSize(4);
        assertThat(mistakesOf(settings("a=h:1", Integer.MAX_VALUE, 1, Integer.MAX_VALUE, 1 << 20)))
                .hasSize(3);
        assertThat(mistakesOf(settings("a=h:1", Integer.MIN_VALUE, 3, -1, Integer.MAX_VALUE)))
                .hasSize(4);
    }

    @Test
    void replicaAndJournalAreToldWhatWasSet() {
        EngineSettings settings = settings("a=h:1,b=h:11", 8, 1024, 1408, 1 << 20);
        assertThat(settings.replica(3).node()).isOne();
        assertThat(settings.replica(3).founders()).isEqualTo(settings.members().toFounders());
        assertThat(settings.replica(3).mode()).isEqualTo(Mode.ASYNC);
        assertThat(settings.replica(3).durability()).isEqualTo(dev.lockstep.storage.node.Durability.FLUSHED);
        assertThat(settings.replica(3).heartbeatNs()).isEqualTo(10);
        assertThat(settings.replica(3).electionTimeoutNs()).isEqualTo(100);
        assertThat(settings.replica(3).priority()).isEqualTo(2);
        assertThat(settings.replica(3).catchUpBytes()).isPositive();
        assertThat(settings.journal().segmentBytes()).isEqualTo(1 << 20);
        assertThat(settings.journal().flushIntervalNs())
                .as("what must be flushed to count does not wait")
                .isZero();
    }
}
