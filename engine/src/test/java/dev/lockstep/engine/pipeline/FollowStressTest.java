package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Follower;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log that is applied ahead of the commit and cut again and again, by one thread, sometimes also below the commit, as where
 * another epoch is founded; applied and rebuilt by another; followed by two more. The branches differ in what is withheld at
 * the same indexes: whoever took the bits of one for those of another would tell something else than the state machine was
 * given in the end.
 */
final class FollowStressTest {
    private static final int ACTS = 5_000;
    private static final int MOST_TAKEN_BACK = 20;
    private static final long SEED = 20_250_611;
    private static final long SESSION = SessionIds.make(9, 0, 1);

    /** Where a frame begins that is not committed, and which sequence comes next before it. */
    private record Uncommitted(long firstIndex, long sequence) {}

    @TempDir
    private Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final ArrayDeque<Uncommitted> uncommitted = new ArrayDeque<>();
    /** The newest last, as many as a fork may take back. */
    private final ArrayDeque<Uncommitted> committed = new ArrayDeque<>();

    /** Where another epoch has begun each time, noted before it does. */
    private final CopyOnWriteArrayList<Long> forks = new CopyOnWriteArrayList<>();

    private final AtomicInteger lost = new AtomicInteger();
    private volatile boolean isDriven = true;
    private volatile boolean isApplied = true;
    private FollowedNode node;
    private long sequence = 1;

    @Test
    @Timeout(120)
    void nobodyHearsOfABranchThatWasLeft() throws InterruptedException {
        node = new FollowedNode(directory);
        node.session(IngressEntry.OPEN, SESSION);
        node.commit(1);
        node.work();
        Thread applier = start("applier", () -> {
            while (isApplied) {
                node.work();
                Thread.onSpinWait();
            }
        });
        List<List<Long>> told = List.of(new ArrayList<>(), new ArrayList<>());
        List<Thread> followers =
                told.stream().map(each -> start("follower", () -> follow(each))).toList();
        for (int i = 0; i < ACTS && failure.get() == null; i++) {
            act();
        }
        for (int i = 0; i < 10 * MOST_TAKEN_BACK; i++) {
            append(); // beyond whatever anybody was told of
        }
        node.commit(node.last());
        isDriven = false;
        for (Thread each : followers) {
            each.join();
        }
        isApplied = false;
        applier.join();
        assertThat(failure.get()).isNull();
        assertThat(node.given).hasSizeGreaterThan(ACTS / 4);
        assertThat(lost.get())
                .as("how often somebody had heard what was left behind")
                .isPositive();
        assertThat(told.get(0)).isEqualTo(node.given);
        assertThat(told.get(1)).isEqualTo(node.given);
        node.close();
    }

    private Thread start(String name, Runnable body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (RuntimeException | Error e) {
                        failure.compareAndSet(null, e);
                    }
                },
                name);
        thread.start();
        return thread;
    }

    /** Whoever is told that his position is lost takes back what he made of it, and begins anew. */
    private void follow(List<Long> told) {
        int seen = 0;
        while (seen >= 0) {
            int forked = forks.size();
            takeBack(told, Math.max(0, seen - 2));
            seen = forked;
            long from = told.isEmpty() ? 1 : told.get(told.size() - 1) + 1;
            try (Follower follower = node.follow(from, command -> told.add(command.index()))) {
                seen = followOn(follower, told, seen);
            } catch (EngineException.PositionLost e) {
                lost.incrementAndGet();
            }
        }
    }

    /** @return how many forks were seen; negative if all is told */
    private int followOn(Follower follower, List<Long> told, int seen) {
        boolean isFresh = true;
        while (failure.get() == null && (isDriven || follower.nextIndex() <= node.last())) {
            boolean hasTold = follower.poll(1 + told.size() % 5) > 0;
            if (isFresh && forks.size() != seen) {
                return seen; // it began at an index, and cannot know of which history that was
            }
            isFresh &= !hasTold;
        }
        return -1;
    }

    private void takeBack(List<Long> told, int since) {
        for (int i = since; i < forks.size(); i++) {
            long fork = forks.get(i);
            while (!told.isEmpty() && told.get(told.size() - 1) >= fork) {
                told.remove(told.size() - 1);
            }
        }
    }

    private void act() {
        int kind = random.nextInt(100);
        if (kind < 70) {
            append();
        } else if (kind < 95) {
            commitSome();
        } else if (kind < 99) {
            cutSome();
        } else {
            forkOff();
        }
    }

    /** Some of what is appended was there before, or comes too early. */
    private void append() {
        uncommitted.add(new Uncommitted(node.last() + 1, sequence));
        switch (random.nextInt(4)) {
            case 0 -> node.command(SESSION, Math.max(1, sequence - 1 - random.nextInt(3)));
            case 1 -> node.command(SESSION, sequence + 5);
            default -> {
                int count = 1 + random.nextInt(4);
                node.commands(SESSION, sequence, count);
                sequence += count;
            }
        }
        node.node.publish(node.node.committed(), node.last());
    }

    private void commitSome() {
        for (int left = random.nextInt(6); left > 0 && !uncommitted.isEmpty(); left--) {
            committed.add(uncommitted.poll());
        }
        while (committed.size() > MOST_TAKEN_BACK) {
            committed.poll();
        }
        node.node.publish(
                uncommitted.isEmpty() ? node.last() : uncommitted.peek().firstIndex() - 1, node.last());
    }

    /** At once there is something else, and some of it is committed in the same turn. */
    private void cutSome() {
        if (uncommitted.isEmpty()) {
            return;
        }
        cutAt(takeLast(uncommitted), 1);
    }

    /** Some of what was committed is gone, and something else comes there. */
    private void forkOff() {
        if (committed.size() < 2) {
            return;
        }
        Uncommitted from = takeLast(committed);
        forks.add(from.firstIndex());
        uncommitted.clear();
        cutAt(from, 1L << 32);
    }

    private Uncommitted takeLast(ArrayDeque<Uncommitted> frames) {
        Uncommitted from = null;
        for (int left = 1 + random.nextInt(frames.size()); left > 0; left--) {
            from = frames.pollLast();
        }
        return from;
    }

    private void cutAt(Uncommitted from, long terms) {
        node.term += terms;
        sequence = from.sequence();
        node.cutUnheard(from.firstIndex());
        append();
        commitSome();
    }
}
