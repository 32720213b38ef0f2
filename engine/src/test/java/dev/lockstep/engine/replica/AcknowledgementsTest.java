package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.testing.NotedEvents;
import dev.lockstep.engine.testing.NotedEvents.Acknowledged;
import dev.lockstep.storage.Invariant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AcknowledgementsTest {
    private static final long NEVER = 1_000_000;

    private final Map<Ack, Long> reached = new EnumMap<>(Ack.class);
    private final Told told = new Told();
    private final NotedEvents listener = new NotedEvents();
    private final Acknowledgements acknowledgements =
            new Acknowledgements(4, level -> reached.getOrDefault(level, 0L), told, listener);

    private void assertThatOnlyTold(Acknowledged... expected) {
        assertThat(listener.acknowledged).containsExactly(expected);
        listener.acknowledged.clear();
    }

    private static Acknowledged all(long index, Ack level) {
        return new Acknowledged(index, level, level);
    }

    @ParameterizedTest
    @EnumSource(value = Ack.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void whoseLevelIsReachedHearsInOrderAndTheOthersGoOnWaiting(Ack level) {
        Arrays.stream(Ack.values()).filter(each -> each != level).forEach(each -> reached.put(each, 100L));
        acknowledgements.await(5, level, NEVER);
        acknowledgements.await(6, level, NEVER);
        acknowledgements.await(8, level, NEVER);
        acknowledgements.onTick(0);
        assertThatOnlyTold();
        reached.put(level, 7L);
        acknowledgements.onTick(0);
        assertThatOnlyTold(all(5, level), all(6, level));
        acknowledgements.onTick(0);
        assertThatOnlyTold();
        reached.put(level, 8L);
        acknowledgements.onTick(0);
        assertThatOnlyTold(all(8, level));
    }

    @Test
    void oneLevelDoesNotWaitForAnother() {
        acknowledgements.await(5, Ack.ALL_FLUSHED, NEVER);
        acknowledgements.await(6, Ack.LOCAL_APPENDED, NEVER);
        reached.put(Ack.LOCAL_APPENDED, 6L);
        acknowledgements.onTick(0);
        assertThatOnlyTold(all(6, Ack.LOCAL_APPENDED));
    }

    @Test
    void atItsDeadlineASubmitterHearsTheMostThatWasReachedOfWhatItAskedFor() {
        reached.put(Ack.LOCAL_APPENDED, 9L);
        reached.put(Ack.LOCAL_FLUSHED, 7L);
        reached.put(Ack.QUORUM_APPENDED, 6L);
        acknowledgements.await(6, Ack.ALL_APPENDED, 100);
        acknowledgements.await(7, Ack.ALL_APPENDED, 100);
        acknowledgements.await(8, Ack.ALL_APPENDED, 100);
        acknowledgements.await(10, Ack.ALL_APPENDED, 101);
        acknowledgements.onTick(99);
        assertThatOnlyTold();
        acknowledgements.onTick(100);
        assertThatOnlyTold(
                new Acknowledged(6, Ack.ALL_APPENDED, Ack.QUORUM_APPENDED),
                new Acknowledged(7, Ack.ALL_APPENDED, Ack.LOCAL_APPENDED),
                new Acknowledged(8, Ack.ALL_APPENDED, Ack.LOCAL_APPENDED));
        acknowledgements.onTick(101);
        assertThatOnlyTold(new Acknowledged(10, Ack.ALL_APPENDED, Ack.NONE));
    }

    @Test
    void whoseLevelIsReachedAtItsDeadlineHearsOfThatOne() {
        acknowledgements.await(5, Ack.QUORUM_APPENDED, 100);
        reached.put(Ack.QUORUM_APPENDED, 5L);
        reached.put(Ack.ALL_APPENDED, 5L);
        acknowledgements.onTick(200);
        assertThatOnlyTold(all(5, Ack.QUORUM_APPENDED));
    }

    @Test
    void aDeadlineIsCountedBehindThoseThatWaitForTheSameAlready() {
        acknowledgements.await(5, Ack.QUORUM_APPENDED, 300);
        acknowledgements.await(6, Ack.QUORUM_APPENDED, 100);
        acknowledgements.onTick(200);
        assertThatOnlyTold();
        acknowledgements.onTick(300);
        assertThatOnlyTold(
                new Acknowledged(5, Ack.QUORUM_APPENDED, Ack.NONE), new Acknowledged(6, Ack.QUORUM_APPENDED, Ack.NONE));
    }

    @Test
    void aClockMayPassItsGreatestNumber() {
        acknowledgements.await(5, Ack.QUORUM_APPENDED, Long.MIN_VALUE + 5);
        acknowledgements.onTick(Long.MAX_VALUE - 5);
        assertThatOnlyTold();
        acknowledgements.onTick(Long.MIN_VALUE + 5);
        assertThatOnlyTold(new Acknowledged(5, Ack.QUORUM_APPENDED, Ack.NONE));
    }

    @Test
    void whoComesWhenAllPlacesAreTakenIsRefusedUntilOneIsFree() {
        for (int index = 1; index <= 4; index++) {
            assertThat(acknowledgements.await(index, Ack.QUORUM_APPENDED, NEVER))
                    .isTrue();
        }
        assertThat(acknowledgements.await(5, Ack.QUORUM_APPENDED, NEVER)).isFalse();
        assertThat(acknowledgements.await(5, Ack.ALL_APPENDED, NEVER)).isTrue();
        reached.put(Ack.QUORUM_APPENDED, 1L);
        acknowledgements.onTick(0);
        assertThat(acknowledgements.await(6, Ack.QUORUM_APPENDED, NEVER)).isTrue();
        assertThat(acknowledgements.await(7, Ack.QUORUM_APPENDED, NEVER)).isFalse();
        listener.acknowledged.clear();
        reached.put(Ack.QUORUM_APPENDED, 7L);
        acknowledgements.onTick(0);
        Ack level = Ack.QUORUM_APPENDED;
        assertThatOnlyTold(all(2, level), all(3, level), all(4, level), all(6, level));
    }

    @Test
    void placesAreUsedAgainAndAgain() {
        for (int index = 1; index <= 50; index++) {
            assertThat(acknowledgements.await(index, Ack.LOCAL_FLUSHED, index)).isTrue();
            assertThat(acknowledgements.await(index, Ack.LOCAL_FLUSHED, index)).isTrue();
            acknowledgements.onTick(index - 1);
            assertThatOnlyTold();
            acknowledgements.onTick(index);
            Acknowledged unknown = new Acknowledged(index, Ack.LOCAL_FLUSHED, Ack.NONE);
            assertThatOnlyTold(unknown, unknown);
        }
    }

    @Test
    void whenTheReignEndsOnlyWhatIsCommittedIsKnown() {
        reached.put(Ack.LOCAL_FLUSHED, 0L);
        acknowledgements.await(5, Ack.ALL_APPENDED, NEVER);
        acknowledgements.await(6, Ack.ALL_APPENDED, NEVER);
        acknowledgements.await(6, Ack.LOCAL_FLUSHED, NEVER);
        reached.put(Ack.LOCAL_FLUSHED, 6L);
        acknowledgements.end(5);
        assertThatOnlyTold(
                new Acknowledged(6, Ack.LOCAL_FLUSHED, Ack.NONE),
                new Acknowledged(5, Ack.ALL_APPENDED, Ack.QUORUM_APPENDED),
                new Acknowledged(6, Ack.ALL_APPENDED, Ack.NONE));
        acknowledgements.end(100);
        acknowledgements.onTick(NEVER);
        assertThatOnlyTold();
    }

    @Test
    void whatWasToldIsNoted() {
        acknowledgements.await(5, Ack.QUORUM_APPENDED, NEVER);
        acknowledgements.await(6, Ack.QUORUM_APPENDED, 10);
        reached.put(Ack.QUORUM_APPENDED, 5L);
        reached.put(Ack.LOCAL_APPENDED, 6L);
        acknowledgements.onTick(9);
        assertThat(told.lastIndex()).isEqualTo(5);
        acknowledgements.onTick(10);
        assertThat(told.lastIndex()).isEqualTo(6);
        assertThat(told.levelFrom(6)).isEqualTo(Ack.LOCAL_APPENDED);
        assertThat(told.levelFrom(5)).isEqualTo(Ack.QUORUM_APPENDED);
    }

    @Test
    void nobodyWaitsForNothing() {
        assertThatThrownBy(() -> acknowledgements.await(5, Ack.NONE, NEVER)).isInstanceOf(Invariant.Violation.class);
    }
}
