package dev.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.TransportSettings.Terms;
import org.junit.jupiter.api.Test;

/** How much of a stream may be under way. */
public abstract class WindowContract extends NodesUnderTest {
    private static final int MESSAGE_BYTES = 1_000;
    private static final int TURNS = 2_000;
    private static final int MOST = 1_000_000;

    /** Streams that come to one port share what the driver makes of it first. */
    @Test
    void theLogHasAWindowOfItsOwnThoughTheControlStreamIsThereFirst() {
        startPair();
        fill(MESSAGE_BYTES);
        for (int refused = 0; refused < TURNS; ) {
            boolean isTaken = transport(1).offer(2, Stream.LOG, buffer, 0, MESSAGE_BYTES) >= 0;
            refused = isTaken ? 0 : refused + 1;
            transport(1).invoke();
            transport(2).invoke();
        }
        int polled = transport(2).poll(recorder(2), MOST);
        while (polled > 0) {
            polled = transport(2).poll(recorder(2), MOST);
        }
        long arrived =
                (long) MESSAGE_BYTES * recorder(2).messages(1, Stream.LOG).size();
        assertThat(arrived)
                .as("bytes that had arrived before anybody read one")
                .isGreaterThan(2L * Terms.DEFAULT.controlBytes());
    }
}
