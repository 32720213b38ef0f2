package dev.lockstep.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.TransportSettings;
import org.junit.jupiter.api.Test;

/** A node whose settings do not fit is named, once. */
final class OtherSettingsTest {
    @Test
    void aPeerOfAnotherTermLengthIsReportedWithBothLengths() {
        try (BusyPair pair = new BusyPair(settings -> settings.withTerms(new TransportSettings.Terms(
                64 << 10, settings.self().node() == 1 ? 128 << 10 : 256 << 10, 64 << 10, 64 << 10)))) {
            pair.until("both say so", () -> !pair.one.refusals.isEmpty() && !pair.two.refusals.isEmpty());
            long endNs = System.nanoTime() + 1_500_000_000L;
            pair.until("a while", () -> System.nanoTime() - endNs > 0);
            assertThat(pair.one.refusals)
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1")
                    .contains("LOG")
                    .contains("262144")
                    .contains("131072");
            assertThat(pair.two.refusals).hasSize(1);
            assertThat(pair.isLinked()).isFalse();
            pair.assertNoErrors();
        }
    }
}
