package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import dev.lockstep.transport.Transport;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CommitTrackerTest {
    private final CommitTracker tracker = new CommitTracker();

    private static int[] nodes(int... nodes) {
        return nodes;
    }

    @Test
    void asManyAsAreAskedForHoldIt() {
        assertThat(tracker.onMatched(1, 10)).isTrue();
        assertThat(tracker.onMatched(2, 7)).isTrue();
        assertThat(tracker.heldBy(nodes(1, 2, 3), 1)).isEqualTo(10);
        assertThat(tracker.heldBy(nodes(1, 2, 3), 2)).isEqualTo(7);
        assertThat(tracker.heldBy(nodes(1, 2, 3), 3)).isZero();
    }

    @Test
    void whatIsHeldNeverGoesBackUnlessItIsForgotten() {
        tracker.onMatched(2, 9);
        assertThat(tracker.onMatched(2, 8)).isFalse();
        assertThat(tracker.onMatched(2, 9)).isFalse();
        assertThat(tracker.matched(2)).isEqualTo(9);
        tracker.forget(2);
        assertThat(tracker.matched(2)).isZero();
        assertThat(tracker.onMatched(2, 3)).isTrue();
    }

    @Test
    void onlyThoseWhoAreAskedForCount() {
        tracker.onMatched(1, 5);
        tracker.onMatched(4, 50);
        tracker.onMatched(Transport.MAX_NODE, 60);
        assertThat(tracker.heldBy(nodes(1, 2), 1)).isEqualTo(5);
        assertThat(tracker.heldBy(nodes(1, 2), 2)).isZero();
        assertThat(tracker.heldBy(nodes(1, 4, Transport.MAX_NODE), 2)).isEqualTo(50);
    }

    @Test
    void noMoreCopiesCanBeAskedForThanThereAreNodesAndNoneIsNoQuestion() {
        assertThatThrownBy(() -> tracker.heldBy(nodes(1, 2), 3)).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> tracker.heldBy(nodes(1, 2), 0)).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void itAgreesWithCountingOneByOne() {
        Random random = new Random(3);
        for (int round = 0; round < 1000; round++) {
            CommitTracker fresh = new CommitTracker();
            int[] all =
                    random.ints(0, Transport.MAX_NODE + 1).distinct().limit(8).toArray();
            Map<Integer, Long> held = new HashMap<>();
            for (int node : all) {
                held.put(node, (long) random.nextInt(5));
                fresh.onMatched(node, held.get(node));
            }
            for (int voters = 1; voters <= all.length; voters++) {
                int[] asked = Arrays.copyOf(all, voters);
                for (int copies = 1; copies <= voters; copies++) {
                    long index = fresh.heldBy(asked, copies);
                    assertThat(Arrays.stream(asked)
                                    .filter(each -> held.get(each) >= index)
                                    .count())
                            .isGreaterThanOrEqualTo(copies);
                    assertThat(Arrays.stream(asked)
                                    .filter(each -> held.get(each) > index)
                                    .count())
                            .isLessThan(copies);
                }
            }
        }
    }
}
