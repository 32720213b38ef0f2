package dev.lockstep.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockHolderTest {
    private final LockHolder self = LockHolder.thisProcess();

    @Test
    void aHolderIsReadBackAsItWasWritten() {
        assertThat(LockHolder.decode(self.encode())).contains(self);
    }

    @Test
    void everyHolderIsWrittenInTheSameLength() {
        LockHolder other = new LockHolder(1, Instant.EPOCH, "h".repeat(2000));
        assertThat(other.encode()).hasSameSizeAs(self.encode());
        assertThat(LockHolder.encodeNobody()).hasSameSizeAs(self.encode());
        assertThat(LockHolder.decode(other.encode()))
                .hasValueSatisfying(read -> assertThat(read.processId()).isEqualTo(1));
    }

    @Test
    void nobodyIsReadBackAsNobody() {
        assertThat(LockHolder.decode(LockHolder.encodeNobody())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "12", "12\n2026-01-01T00:00:00Z", "x\n2026-01-01T00:00:00Z\nhost\n", "12\nnoon\nhost\n"})
    void whatIsNotReadableNamesNobody(String text) {
        assertThat(LockHolder.decode(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void aLivingProcessIsNotGone() {
        assertThat(self.isGone()).isFalse();
    }

    @Test
    void aProcessThatGotTheIdOfADeadOneIsNotItsHeir() {
        LockHolder before = new LockHolder(self.processId(), self.started().minus(Duration.ofHours(1)), self.host());
        assertThat(before.isGone()).isTrue();
    }

    @Test
    void aProcessWhoseStartIsNotKnownIsNotDeclaredGone() {
        assertThat(new LockHolder(self.processId(), Instant.EPOCH, self.host()).isGone())
                .isFalse();
    }

    @Test
    void ofAnotherHostsProcessesNothingIsSure() {
        assertThat(new LockHolder(self.processId(), Instant.EPOCH, self.host() + "-other").isGone())
                .isFalse();
        assertThat(new LockHolder(Long.MAX_VALUE, self.started(), self.host() + "-other").isGone())
                .isFalse();
        assertThat(new LockHolder(Long.MAX_VALUE, self.started(), self.host()).isGone())
                .isTrue();
    }

    @Test
    void aReaderIsToldProcessStartAndHost() {
        assertThat(self)
                .hasToString(
                        "process " + self.processId() + " (started " + self.started() + ") on host " + self.host());
    }
}
