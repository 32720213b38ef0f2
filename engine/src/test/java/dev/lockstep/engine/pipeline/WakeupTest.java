package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
final class WakeupTest {
    /** More than it spins and yields. */
    private static final int LOOKS = 1_000;

    private static Stream<Wakeup> all() {
        long parkNs = TimeUnit.HOURS.toNanos(1);
        return Stream.of(Wakeup.ofHurried(parkNs), Wakeup.ofPatient(() -> parkNs));
    }

    @ParameterizedTest
    @MethodSource("all")
    void whoIsWokenAfterItsLastLookDoesNotPark(Wakeup wakeup) throws InterruptedException {
        AtomicInteger looks = new AtomicInteger();
        Thread idler = new Thread(() -> {
            for (int i = 0; i < LOOKS; i++) {
                wakeup.wake(); // somebody brings work just after each look
                wakeup.idle(0);
                looks.incrementAndGet();
            }
        });
        idler.setDaemon(true);
        idler.start();
        idler.join();
        assertThat(looks.get()).isEqualTo(LOOKS);
    }

    @Test
    void whateverComesToTheLaneOfFuturesWakesWhoSubmitsForThem() {
        AtomicInteger woken = new AtomicInteger();
        SubmitterLane lane = new SubmitterLanes(2, 8, 16, woken::incrementAndGet).ofFutures();
        assertThat(lane.number).isEqualTo(2);
        FramePlace place = new FramePlace().set(7, 1, 1);
        lane.begin(5);
        lane.onOpened(5);
        lane.note(5, 1, place, Ack.LOCAL_APPENDED);
        assertThat(woken.get()).isEqualTo(1);
        lane.reply(5, 2, place, Outcome.APPLIED, 0, new UnsafeBuffer(new byte[8]), 0, 8);
        assertThat(woken.get()).isEqualTo(2);
        lane.end(5, 0);
        assertThat(woken.get()).isEqualTo(3);
    }
}
