package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FastNetworkTest extends ClusterNetworkContract {
    private static final int MESSAGES = 1_000;

    @Override
    ClusterNetwork network(VirtualTime newTime, SplittableRandom random) {
        return new FastNetwork(newTime, random);
    }

    private static NetworkFaults disorder(int ghosts, int duplicates, int reorders) {
        return new NetworkFaults(50_000, 50_000, 0, 0, 0, 0, ghosts, duplicates, reorders);
    }

    private List<Long> heardWith(NetworkFaults faults) {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        b.bearDisorder();
        runUntilUp(a, b);
        network.faults(faults);
        for (int i = 0; i < MESSAGES; i++) {
            say(a, b, 1);
            if (i % 5 == 0) {
                run(1);
            }
        }
        run(SETTLED_MS);
        say(a, b, 1);
        run(SETTLED_MS);
        List<Long> heard = b.numbersFrom(1, Stream.LOG);
        assertThat(heard).containsAll(numbersTo(MESSAGES + 1));
        return heard;
    }

    @Test
    void messagesComeTwiceWhenAskedFor() {
        assertThat(heardWith(disorder(0, 200, 0))).hasSizeBetween(MESSAGES + 100, MESSAGES + 300);
    }

    @Test
    void messagesOvertakeWhenAskedFor() {
        List<Long> heard = heardWith(disorder(0, 0, 200));
        assertThat(heard).hasSize(MESSAGES + 1);
        assertThat(heard).isNotEqualTo(numbersTo(MESSAGES + 1));
    }

    @Test
    void messagesOfABrokenLinkComeIntoALaterLifeWhenAskedFor() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        b.bearDisorder();
        runUntilUp(a, b);
        network.faults(disorder(500, 0, 0));
        say(a, b, MESSAGES);
        network.breakLink(1, 2);
        run(11_000);
        assertThat(b.heard).hasSizeBetween(MESSAGES / 2 - 100, MESSAGES / 2 + 100);
        assertThat(b.heard).allMatch(message -> message.life() == 1);
        say(a, b, 1);
        run(1);
        assertThat(b.heard).last().matches(message -> message.life() == 2);
    }

    @Test
    void messagesToTheDeadHauntWhoeverComesAfterThem() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        network.faults(disorder(1000, 0, 0));
        say(a, b, 10);
        b.kill();
        Speaker again = start(2, 2);
        again.bearDisorder();
        run(11_000);
        assertThat(again.heard).hasSize(10);
    }

    @Test
    void nobodyIsHauntedLongerThanTenSeconds() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        b.bearDisorder();
        runUntilUp(a, b);
        network.faults(disorder(1000, 0, 0));
        network.block(1, 2);
        say(a, b, 10);
        run(12_000);
        network.unblock(1, 2);
        run(11_000);
        assertThat(b.isUp(1)).isTrue();
        assertThat(b.heard).isEmpty();
    }

    @Test
    void whatArrivesAsAWayIsUnblockedComesAfterWhatWasHeldBack() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        network.block(1, 2);
        say(a, b, 1);
        run(1);
        time.in(50_000, () -> network.unblock(1, 2));
        say(a, b, 1);
        run(1);
        assertThat(b.numbersFrom(1, Stream.LOG)).isEqualTo(numbersTo(2));
    }

    @Test
    void aLinkComesUpAfterThreeDelaysAndAMessageTakesOne() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        while (!a.isUp(2)) {
            assertThat(time.next(MILLI_NS)).isTrue();
        }
        assertThat(time.nowNs()).isEqualTo(150_000);
        say(a, b, 1);
        run(1);
        assertThat(b.heard.get(0).atNs()).isEqualTo(200_000);
    }

    @Test
    void whoeverHearsNothingGoesDownAfterASecondAndTheOtherADelayLater() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        log.clear();
        long blockedNs = time.nowNs();
        network.block(1, 2);
        run(1_500);
        assertThat(log)
                .containsExactly(
                        blockedNs + 1_000_000_000 + " 2 of 1: down", blockedNs + 1_000_050_000 + " 1 of 2: down");
    }

    @Test
    void aRestartIsHeardOfAfterWhatTheDeadProcessHadSent() {
        network.faults(new NetworkFaults(1_000, 100_000_000, 0, 0, 0, 0, 0, 0, 0));
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        say(b, a, 100);
        b.kill();
        start(2, 2);
        run(SETTLED_MS);
        assertThat(a.downs()).isEqualTo(1);
        assertThat(a.numbersFrom(2, Stream.LOG)).isEqualTo(numbersTo(100));
    }

    @Test
    void aMessageThatIsLongerThanTheWindowIsTakenWhenNothingElseWaits() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        assertThat(a.say(2, Stream.BULK, 1 << 20)).isNotNegative();
        assertThat(a.say(2, Stream.BULK)).isEqualTo(SendResult.BACK_PRESSURED);
        run(1);
        assertThat(b.heard).hasSize(1);
        assertThat(a.say(2, Stream.BULK, (1 << 20) + 1)).isEqualTo(SendResult.TOO_LARGE);
        assertThat(a.say(2, Stream.LOG, 1 << 14)).isEqualTo(SendResult.TOO_LARGE);
    }
}
