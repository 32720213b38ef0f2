package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What each network of a simulated cluster promises. That a link goes up and down in turn, and that a life of it brings
 * what was sent in one life on the other side, in order and without a gap, each {@link Speaker} checks all the time.
 */
abstract class ClusterNetworkContract {
    static final long MILLI_NS = 1_000_000;
    static final int SETTLED_MS = 2_500;
    private static final int SHORT_BLOCK_MS = 500;
    private static final int LONG_BLOCK_MS = 2_500;
    private static final NetworkFaults SLOW = new NetworkFaults(20_000, 20_000_000, 50, 30_000_000, 0, 0, 0, 0, 0);

    final List<String> log = new ArrayList<>();
    VirtualTime time = new VirtualTime();
    ClusterNetwork network = network(time, new SplittableRandom(1));

    abstract ClusterNetwork network(VirtualTime newTime, SplittableRandom random);

    final Speaker start(int node, long start) {
        return new Speaker(network, time, log, node, start);
    }

    final void run(int milliseconds) {
        long untilNs = time.nowNs() + milliseconds * MILLI_NS;
        while (time.next(untilNs)) {
            // events happen
        }
    }

    final void runUntil(BooleanSupplier condition) {
        for (int i = 0; i < SETTLED_MS && !condition.getAsBoolean(); i++) {
            run(1);
        }
        assertThat(condition.getAsBoolean()).as("in the end").isTrue();
    }

    final void runUntilUp(Speaker one, Speaker other) {
        runUntil(() -> one.isUp(other.node) && other.isUp(one.node));
    }

    static void say(Speaker from, Speaker to, int messages) {
        for (int i = 0; i < messages; i++) {
            assertThat(from.say(to.node, Stream.LOG)).isNotNegative();
        }
    }

    static List<Long> numbersTo(long end) {
        return LongStream.range(0, end).boxed().toList();
    }

    @Test
    void aLinkIsUpOnBothSidesBeforeItTakesMessages() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 7);
        assertThat(a.say(2, Stream.LOG)).isEqualTo(SendResult.NOT_CONNECTED);
        runUntil(() -> a.isUp(2) || b.isUp(1));
        runUntilUp(a, b);
        assertThat(a.peer(2)).isEqualTo(b.self());
        assertThat(b.peer(1)).isEqualTo(a.self());
        assertThat(a.say(3, Stream.LOG)).isEqualTo(SendResult.NOT_CONNECTED);
        assertThat(a.say(2, Stream.LOG)).isNotNegative();
    }

    @Test
    void eachStreamKeepsItsOrderAndBringsEverything() {
        network.faults(SLOW);
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        for (int i = 0; i < 300; i++) {
            for (Stream stream : Stream.ofMembers()) {
                assertThat(a.say(2, stream)).isNotNegative();
                assertThat(b.say(1, stream)).isNotNegative();
            }
            run(1);
        }
        run(SETTLED_MS);
        for (Stream stream : Stream.ofMembers()) {
            assertThat(b.numbersFrom(1, stream)).isEqualTo(numbersTo(300));
            assertThat(a.numbersFrom(2, stream)).isEqualTo(numbersTo(300));
        }
        assertThat(a.downs() + b.downs()).isZero();
    }

    @Test
    void aKilledPeerIsNoticedAfterAWhile() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        say(b, a, 3);
        b.kill();
        run(SHORT_BLOCK_MS);
        assertThat(a.numbersFrom(2, Stream.LOG)).as("was under way").isEqualTo(numbersTo(3));
        assertThat(a.isUp(2)).isTrue();
        say(a, b, 1);
        run(LONG_BLOCK_MS);
        assertThat(a.isUp(2)).isFalse();
        assertThat(a.say(2, Stream.LOG)).isEqualTo(SendResult.NOT_CONNECTED);
        assertThat(b.say(1, Stream.LOG)).isEqualTo(SendResult.CLOSED);
        assertThat(b.heard).isEmpty();
    }

    @Test
    void whatWaitsForAProcessThatIsKilledIsLost() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        b.pause();
        say(a, b, 3);
        run(10);
        b.kill();
        b.goOn();
        Speaker again = start(2, 2);
        runUntil(() -> again.isUp(1));
        run(SETTLED_MS);
        assertThat(b.heard).isEmpty();
        assertThat(again.heard).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aRestartedPeerComesUpWithItsNewHelloAndNothingOldFollows(long seed) {
        network = network(time, new SplittableRandom(seed));
        network.faults(SLOW);
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        for (int i = 0; i < 50; i++) {
            say(a, b, 1);
            say(b, a, 1);
            run(1);
        }
        b.kill();
        Speaker again = start(2, 2);
        runUntil(() -> again.isUp(1) && a.isUp(2) && a.peer(2).equals(again.self()));
        say(again, a, 1);
        say(a, again, 1);
        run(SETTLED_MS);
        assertThat(a.downs()).isEqualTo(1);
        assertThat(again.numbersFrom(1, Stream.LOG)).containsExactly(0L);
        assertThat(a.heard).last().matches(message -> message.start() == 2 && message.number() == 0);
    }

    @Test
    void aSecondProcessOfANodeTakesTheLinksOfTheFirst() {
        Speaker a = start(1, 1);
        Speaker older = start(2, 1);
        runUntilUp(a, older);
        Speaker newer = start(2, 2);
        runUntil(() -> newer.isUp(1) && a.isUp(2) && a.peer(2).equals(newer.self()));
        runUntil(() -> !older.isUp(1));
        say(a, newer, 1);
        say(newer, a, 1);
        run(SETTLED_MS);
        older.kill();
        run(SETTLED_MS);
        assertThat(older.isUp(1)).isFalse();
        assertThat(newer.downs()).isZero();
        assertThat(a.downs()).isEqualTo(1);
        assertThat(newer.heard).hasSize(1);
        assertThat(a.heard).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsBlockedForAShortTimeIsHeldBack(boolean bothWays) {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        block(bothWays);
        say(a, b, 2);
        say(b, a, 2);
        run(SHORT_BLOCK_MS);
        say(a, b, 2);
        assertThat(b.heard).isEmpty();
        assertThat(a.heard).hasSize(bothWays ? 0 : 2);
        network.unblockAll();
        say(a, b, 2);
        run(10);
        assertThat(b.numbersFrom(1, Stream.LOG)).isEqualTo(numbersTo(6));
        assertThat(a.numbersFrom(2, Stream.LOG)).isEqualTo(numbersTo(2));
        run(SETTLED_MS);
        assertThat(a.downs() + b.downs()).isZero();
    }

    private void block(boolean bothWays) {
        network.block(1, 2);
        if (bothWays) {
            network.block(2, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsBlockedForLongTakesTheLinkDownUntilItIsNot(boolean bothWays) {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        block(bothWays);
        say(a, b, 2);
        run(LONG_BLOCK_MS);
        assertThat(a.isUp(2) || b.isUp(1)).isFalse();
        run(SETTLED_MS);
        assertThat(a.isUp(2) || b.isUp(1)).isFalse();
        if (bothWays) {
            network.unblock(2, 1);
            run(SETTLED_MS);
            assertThat(a.isUp(2) || b.isUp(1)).isFalse();
        }
        network.unblock(1, 2);
        runUntilUp(a, b);
        say(a, b, 1);
        run(SETTLED_MS);
        assertThat(b.heard).as("what was held back is lost").hasSize(1);
        assertThat(a.downs() + b.downs()).isEqualTo(2);
    }

    @Test
    void shortBlocksInARowDoNotAddUp() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        for (int i = 0; i < 6; i++) {
            network.block(1, 2);
            run(SHORT_BLOCK_MS);
            network.unblock(1, 2);
            run(3);
        }
        assertThat(a.downs() + b.downs()).isZero();
    }

    @Test
    void whoeverSaysSomethingElseOfItselfIsMetAnew() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        b.introduceAnew();
        assertThat(b.say(1, Stream.LOG)).isEqualTo(SendResult.NOT_CONNECTED);
        runUntil(() -> a.isUp(2) && a.peer(2).equals(b.self()) && b.isUp(1));
        say(b, a, 1);
        run(SETTLED_MS);
        assertThat(a.downs()).isEqualTo(1);
        assertThat(b.downs()).isEqualTo(1);
        assertThat(a.heard).hasSize(1);
    }

    /** Its directory was set back (PROTOCOL B). Who starts after that has never met it. */
    @Test
    void whoComesAsAnOlderStartIsNotHeardByThoseWhoMetTheNewerOne() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 5);
        runUntilUp(a, b);
        b.kill();
        Speaker setBack = start(2, 4);
        Speaker late = start(3, 1);
        runUntilUp(late, setBack);
        run(LONG_BLOCK_MS);
        assertThat(a.isUp(2) || setBack.isUp(1)).isFalse();
        a.kill();
        Speaker again = start(1, 2);
        runUntilUp(again, setBack);
    }

    @Test
    void aBrokenLinkLosesWhatIsOnTheWayAndComesUpAgain() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        Speaker bystander = start(3, 1);
        runUntilUp(a, b);
        runUntilUp(a, bystander);
        say(a, b, 2);
        say(b, a, 2);
        network.breakLink(1, 2);
        runUntil(() -> a.downs() == 1 && b.downs() == 1);
        runUntilUp(a, b);
        say(a, b, 1);
        say(b, a, 1);
        run(SETTLED_MS);
        assertThat(a.heard).hasSize(1);
        assertThat(b.heard).hasSize(1);
        assertThat(bystander.downs()).isZero();
    }

    @Test
    void aPeerThatDoesNotPollPushesBackAndLosesNothing() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        b.pause();
        int taken = 0;
        for (int i = 0; i < 300; i++) {
            taken += a.say(2, Stream.LOG, 1 << 12) >= 0 ? 1 : 0;
            run(1);
        }
        assertThat(taken).isBetween(16, 128);
        assertThat(a.say(2, Stream.LOG, 1 << 12)).isEqualTo(SendResult.BACK_PRESSURED);
        assertThat(a.say(2, Stream.CONTROL)).as("another stream").isNotNegative();
        run(SETTLED_MS);
        assertThat(b.heard).isEmpty();
        b.goOn();
        run(10);
        assertThat(b.numbersFrom(1, Stream.LOG)).isEqualTo(numbersTo(taken));
        say(a, b, 1);
    }

    @Test
    void longMessagesAreTakenInTheEndAndWaitToBePolled() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        b.pause();
        for (int i = 0; i < 3; i++) {
            long result = SendResult.BACK_PRESSURED;
            for (int turn = 0; turn < 100 && result < 0; turn++) {
                result = a.say(2, Stream.BULK, 40_000);
                run(10);
            }
            assertThat(result).isNotNegative();
        }
        b.goOn();
        assertThat(b.numbersFrom(1, Stream.BULK)).isEqualTo(numbersTo(3));
    }

    @Test
    void nothingIsTakenForALifeThatTheProcessHasNotHeardOf() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        a.pause();
        network.breakLink(1, 2);
        run(SETTLED_MS);
        assertThat(b.downs()).isEqualTo(1);
        assertThat(b.isUp(1)).as("up again").isTrue();
        assertThat(a.say(2, Stream.LOG)).isEqualTo(SendResult.NOT_CONNECTED);
        a.goOn();
        say(a, b, 1);
        run(SETTLED_MS);
        assertThat(b.heard).hasSize(1);
    }

    @Test
    void offersAreRefusedAndMessagesBreakTheLinkWhenAskedFor() {
        Speaker a = start(1, 1);
        Speaker b = start(2, 1);
        runUntilUp(a, b);
        network.faults(new NetworkFaults(50_000, 50_000, 0, 0, 0, 500, 0, 0, 0));
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            refused += a.say(2, Stream.CONTROL) == SendResult.BACK_PRESSURED ? 1 : 0;
        }
        assertThat(refused).isBetween(400, 600);
        network.faults(new NetworkFaults(50_000, 50_000, 0, 0, 100_000, 0, 0, 0, 0));
        for (int i = 0; i < 100; i++) {
            a.say(2, Stream.CONTROL);
        }
        runUntil(() -> a.downs() == 1 && b.downs() == 1);
    }

    @Test
    void theSameSeedBringsTheSame() {
        List<String> first = logOf(5);
        assertThat(first).hasSizeGreaterThan(100);
        assertThat(logOf(5)).isEqualTo(first);
        assertThat(logOf(6)).isNotEqualTo(first);
    }

    private List<String> logOf(long seed) {
        log.clear();
        SplittableRandom random = new SplittableRandom(seed);
        NetworkFaults faults = new NetworkFaults(20_000, 5_000_000, 50, 20_000_000, 2_000, 50, 500, 50, 50);
        NetworkStorm storm = storm(random, faults);
        storm.rage(1_000);
        return List.copyOf(log);
    }

    private NetworkStorm storm(SplittableRandom random, NetworkFaults faults) {
        time = new VirtualTime();
        network = network(time, random.split());
        network.faults(faults);
        return new NetworkStorm(this, random, faults);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whateverGoesWrongEachLifeIsWholeAndInTheEndAllAreUp(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        NetworkFaults drawn = NetworkFaults.drawn(random);
        NetworkStorm storm = storm(random, seed % 2 == 0 ? drawn : withoutDisorder(drawn));
        storm.rage(4_000);
        storm.calm();
    }

    private static NetworkFaults withoutDisorder(NetworkFaults faults) {
        return new NetworkFaults(
                faults.minDelayNs(),
                faults.maxDelayNs(),
                faults.lossPerMille(),
                faults.repairNs(),
                faults.gapPerMillion(),
                faults.refusedPerMille(),
                0,
                0,
                0);
    }
}
