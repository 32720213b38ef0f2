package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CommitTrackerTest {
    private final CommitTracker tracker = new CommitTracker();

    @Test
    void asManyAsAreAskedForHoldIt() {
        tracker.count(ConfigTest.ofVoters(3));
        assertThat(tracker.onMatched(1, 10)).isTrue();
        assertThat(tracker.onMatched(2, 7)).isTrue();
        assertThat(tracker.heldBy(1)).isEqualTo(10);
        assertThat(tracker.heldBy(2)).isEqualTo(7);
        assertThat(tracker.heldBy(3)).isZero();
    }

    @Test
    void whatIsHeldNeverGoesBackUnlessItIsForgotten() {
        tracker.count(ConfigTest.ofVoters(2));
        tracker.onMatched(2, 9);
        assertThat(tracker.onMatched(2, 8)).isFalse();
        assertThat(tracker.onMatched(2, 9)).isFalse();
        assertThat(tracker.matched(2)).isEqualTo(9);
        tracker.forget(2);
        assertThat(tracker.matched(2)).isZero();
    }

    @Test
    void witnessesObserversAndStrangersCountForNothing() {
        tracker.count(ConfigTest.of(
                ConfigTest.voter(1),
                ConfigTest.voter(2),
                ConfigTest.member(3, MemberKind.WITNESS),
                ConfigTest.member(4, MemberKind.OBSERVER)));
        assertThat(tracker.onMatched(3, 5)).isFalse();
        assertThat(tracker.onMatched(4, 5)).isFalse();
        assertThat(tracker.onMatched(5, 5)).isFalse();
        tracker.onMatched(1, 5);
        assertThat(tracker.heldBy(2)).isZero();
        assertThatThrownBy(() -> tracker.heldBy(3)).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void whoStaysAMemberKeepsWhatItHas() {
        tracker.count(ConfigTest.ofVoters(3));
        tracker.onMatched(1, 10);
        tracker.onMatched(3, 8);
        tracker.count(ConfigTest.ofVoters(4).withRemoved(1));
        assertThat(tracker.matched(1)).isZero();
        assertThat(tracker.matched(3)).isEqualTo(8);
        assertThat(tracker.heldBy(1)).isEqualTo(8);
    }

    @Test
    void itAgreesWithCountingOneByOne() {
        Random random = new Random(3);
        for (int round = 0; round < 1000; round++) {
            int voters = 1 + random.nextInt(7);
            tracker.count(ConfigTest.of(ConfigTest.voter(1))
                    .withAdded(ConfigTest.voter(20))
                    .withRemoved(1));
            tracker.count(ConfigTest.ofVoters(voters));
            long[] held = new long[voters];
            for (int i = 0; i < voters; i++) {
                held[i] = random.nextInt(5);
                tracker.onMatched(i + 1, held[i]);
            }
            for (int copies = 1; copies <= voters; copies++) {
                long index = tracker.heldBy(copies);
                int needed = copies;
                assertThat(Arrays.stream(held).filter(each -> each >= index).count())
                        .isGreaterThanOrEqualTo(needed);
                assertThat(Arrays.stream(held).filter(each -> each > index).count())
                        .isLessThan(needed);
            }
        }
    }
}
